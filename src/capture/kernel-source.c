#include "capture/kernel-source.h"

#include <gio/gio.h>
#include <netinet/in.h>

typedef struct
{
  SluiceSource source; /* first: handed out */
  SluiceLinkTable *links;
  SluiceSockDiag *sockets;  /* NULL where the kernel lists none */
  SluiceOwnerTable *owners;
  SluiceMeter *meter;
  char *sockets_fault;
} KernelSource;

static void
add_socket_cb (const SluiceSocket *socket, gpointer user_data)
{
  sluice_meter_add_socket (user_data, socket);
}

/* Reads every socket; what fails is named in @fault, where that is asked for, and the sample goes on with what
 * there is. */
static gboolean
read_sockets (KernelSource *self, char **fault)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) udp_error = NULL;
  gboolean complete;

  if (self->sockets == NULL)
    {
      if (fault != NULL)
        *fault = g_strdup (self->sockets_fault);
      return FALSE;
    }
  complete = sluice_sock_diag_list (self->sockets, IPPROTO_TCP, add_socket_cb, self->meter, &error);
  /* Where only these cannot be listed, none of them is known, and the others are all there is. */
  if (!sluice_sock_diag_list (self->sockets, IPPROTO_UDP, add_socket_cb, self->meter, &udp_error) && error == NULL)
    error = g_steal_pointer (&udp_error);
  if (error != NULL && fault != NULL)
    *fault = g_strdup (error->message);
  /* After the lists: a socket that ended while they were read has its last figures here. Lost news costs only the
   * last figures of sockets that ended in that second, which stay unattributed. */
  sluice_sock_diag_take_ended (self->sockets, add_socket_cb, self->meter);
  return complete;
}

static SluiceSample *
kernel_source_read (SluiceSource *source, gboolean with_connections)
{
  KernelSource *self = (KernelSource *) source;
  g_autoptr (GError) error = NULL;
  g_autofree char *fault = NULL;
  gboolean complete;
  SluiceSample *sample;
  gint64 time;

  /* Links first: what sockets are seen to have moved is then never less than what their links counted, and the
   * meter holds the difference over to the next sample. */
  time = sluice_source_get_time ();
  if (!sluice_link_table_refresh (self->links, &error))
    fault = g_strdup (error->message);
  sluice_meter_begin (self->meter);
  complete = read_sockets (self, fault == NULL ? &fault : NULL);
  sample = sluice_meter_end (self->meter, complete, with_connections, time, g_get_real_time ());
  if (fault != NULL && sample->fault == NULL)
    sample->fault = g_steal_pointer (&fault);
  return sample;
}

static void
kernel_source_free (SluiceSource *source)
{
  KernelSource *self = (KernelSource *) source;

  g_clear_pointer (&self->meter, sluice_meter_free);
  g_clear_pointer (&self->sockets, sluice_sock_diag_free);
  g_clear_pointer (&self->owners, sluice_owner_table_free);
  g_clear_pointer (&self->links, sluice_link_table_free);
  g_free (self->sockets_fault);
  g_free (self);
}

/**
 * sluice_kernel_source_new:
 * @scope: which interfaces
 * @error: %G_IO_ERROR_NOT_FOUND for an interface that does not exist, else what the kernel refused
 *
 * The tier that needs nothing: link counters by rtnetlink, connections by sock_diag, owners by /proc. Where
 * connections cannot be listed it still has the links, and each of its samples says why.
 *
 * Returns: (transfer full) (nullable): the source
 */
SluiceSource *
sluice_kernel_source_new (const SluiceMeterScope *scope, GError **error)
{
  KernelSource *self = g_new0 (KernelSource, 1);
  g_autoptr (GError) sockets_error = NULL;

  self->source = (SluiceSource){
    .kind = SLUICE_SOURCE_KERNEL,
    .read = kernel_source_read,
    .free = kernel_source_free,
  };
  self->owners = sluice_owner_table_new ("/");
  self->links = sluice_link_table_new ("/sys", error);
  if (self->links == NULL || !sluice_link_table_refresh (self->links, error)
      || !sluice_meter_scope_check (scope, self->links, error))
    {
      kernel_source_free (&self->source);
      return NULL;
    }
  self->sockets = sluice_sock_diag_new (&sockets_error);
  if (self->sockets == NULL)
    self->sockets_fault = g_strdup (sockets_error->message);
  self->meter = sluice_meter_new (self->links, self->owners, scope);
  self->source.sees_everyone = sluice_source_sees_everyone (self->owners);
  return &self->source;
}

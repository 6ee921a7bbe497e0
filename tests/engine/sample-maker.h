#pragma once

/* Samples that a test makes up. */

#include "model/sample.h"

#include <string.h>

#define SECOND ((gint64) G_USEC_PER_SEC)

/* A sample that ends at @second and covers one. */
G_GNUC_UNUSED static SluiceSample *
make_sample (gint64 second)
{
  SluiceSample *sample = sluice_sample_new ();

  sample->time = second * SECOND;
  sample->wall_time = second * SECOND;
  sample->duration = SECOND;
  return sample;
}

/* A listed link; all that it moved belongs to nobody until programs are put on it. */
G_GNUC_UNUSED static SluiceInterfaceRow *
put_interface (SluiceSample *sample, guint64 instance, const char *name, guint64 rx, guint64 tx)
{
  SluiceInterfaceRow row = {
    .interface = sluice_interface_new (instance, instance, name),
    .bytes = { rx, tx },
    .unattributed = { [SLUICE_CAUSE_NOT_SEEN] = { rx, tx } },
    .listed = TRUE,
  };

  g_array_append_val (sample->interfaces, row);
  return sluice_sample_interface (sample, sample->interfaces->len - 1);
}

G_GNUC_UNUSED static SluiceProgram *
make_program (gint32 pid, const char *path, const char *user, const char *unit)
{
  SluiceProgram *program = sluice_program_new ();

  program->pid = pid;
  program->start_time = pid * 10;
  program->path = g_strdup (path);
  program->user = g_strdup (user);
  program->unit = g_strdup (unit);
  sluice_program_seal (program);
  return program;
}

/* Very many, of two users in turn: each its own program, or all of them the same one. */
G_GNUC_UNUSED static GPtrArray *
make_programs (guint n, gboolean same_path)
{
  GPtrArray *programs = g_ptr_array_new_with_free_func ((GDestroyNotify) sluice_program_unref);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *path = g_strdup_printf ("/usr/bin/program-%u", same_path ? 0 : i);

      g_ptr_array_add (programs, make_program ((gint32) i + 1, path, i % 2 == 0 ? "me" : "you", NULL));
    }
  return programs;
}

/* A process with one connection, which moves nothing until it is put on a link. */
G_GNUC_UNUSED static SluiceProgramRow *
put_program (SluiceSample *sample, SluiceProgram *program)
{
  SluiceProgramRow row = {
    .program = sluice_program_ref (program),
    .connections = 1,
    .first_link = sample->links->len,
  };

  g_array_append_val (sample->programs, row);
  return sluice_sample_program (sample, sample->programs->len - 1);
}

/* What the last program moved over a link of the sample. */
G_GNUC_UNUSED static void
put_bytes (SluiceSample *sample, guint interface, guint64 rx, guint64 tx)
{
  SluiceProgramRow *row = sluice_sample_program (sample, sample->programs->len - 1);
  SluiceProgramLink link = { .interface = interface, .bytes = { rx, tx } };

  g_array_append_val (sample->links, link);
  row->n_links++;
  row->bytes[SLUICE_RX] += rx;
  row->bytes[SLUICE_TX] += tx;
}

G_GNUC_UNUSED static SluiceConnectionRow *
put_connection (SluiceSample *sample, guint64 id, guint32 program, guint32 interface, guint64 rx)
{
  SluiceConnectionRow row = { .id = id, .program = program, .interface = interface, .bytes = { rx, 0 }, .state = 1 };

  sample->has_connections = TRUE;
  g_array_append_val (sample->connections, row);
  return sluice_sample_connection (sample, sample->connections->len - 1);
}

G_GNUC_UNUSED static void
count_cb (gpointer object, gpointer user_data)
{
  (*(guint *) user_data)++;
}

G_GNUC_UNUSED static void
count_items_cb (gpointer model, guint position, guint removed, guint added, gpointer user_data)
{
  (*(guint *) user_data)++;
}

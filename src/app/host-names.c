#include "app/host-names.h"

#include "model/text.h"

/* A busy machine talks to thousands: so many are asked for at once, so many more wait. What does not fit is asked for
 * when somebody looks again. */
#define MAX_IN_FLIGHT 4
#define MAX_WAITING 256
#define MAX_KEPT 4096
/* At most ten questions a second. */
#define PACE_MS 100
#define KEEP_NAME_US (60 * 60 * (gint64) G_USEC_PER_SEC)
#define KEEP_FAILURE_US (10 * 60 * (gint64) G_USEC_PER_SEC)
/* Answers that come close together are told once. */
#define TELL_MS 200

typedef struct
{
  SluiceAddress address;
  char *name; /* NULL: not known yet, or has none */
  gint64 expires; /* monotonic, µs; 0 while it waits or is asked for */
} Entry;

typedef struct
{
  SluiceHostNames *names;
  SluiceAddress address;
} Question;

struct _SluiceHostNames
{
  GObject parent_instance;

  GResolver *resolver;
  GCancellable *cancellable;
  GHashTable *entries; /* SluiceAddress → Entry, whose address is the key */
  GQueue waiting;      /* of SluiceAddress */
  guint in_flight;
  guint pace_id;
  guint tell_id;
  gboolean enabled;
};

enum
{
  PROP_ENABLED = 1,
  N_PROPERTIES,
};

enum
{
  RESOLVED,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPERTIES];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (SluiceHostNames, sluice_host_names, G_TYPE_OBJECT)

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->name);
  g_free (entry);
}

static guint
address_hash (gconstpointer address)
{
  return sluice_address_hash (address);
}

static gboolean
address_equal (gconstpointer a,
               gconstpointer b)
{
  return sluice_address_equal (a, b);
}

static gboolean
tell_cb (gpointer data)
{
  SluiceHostNames *self = data;

  self->tell_id = 0;
  g_signal_emit (self, signals[RESOLVED], 0);

  return G_SOURCE_REMOVE;
}

static void
resolved_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      data)
{
  g_autofree Question *question = data;
  g_autoptr (SluiceHostNames) self = question->names;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;
  Entry *entry;

  name = g_resolver_lookup_by_address_finish (G_RESOLVER (source), result, &error);
  self->in_flight--;

  /* No name is an answer too. One that was cancelled is none, and its entry is gone or another's by now. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  entry = g_hash_table_lookup (self->entries, &question->address);
  if (entry == NULL)
    return;

  entry->expires = g_get_monotonic_time () + (name != NULL ? KEEP_NAME_US : KEEP_FAILURE_US);
  g_clear_pointer (&entry->name, g_free);
  if (name == NULL)
    return;

  entry->name = sluice_text_sanitise (name, -1, SLUICE_NAME_MAX);
  if (self->tell_id == 0 && self->enabled)
    self->tell_id = g_timeout_add (TELL_MS, tell_cb, self);
}

static void
ask (SluiceHostNames     *self,
     const SluiceAddress *address)
{
  g_autoptr (GInetAddress) inet = NULL;
  Question *question = g_new (Question, 1);

  question->names = g_object_ref (self);
  question->address = *address;
  self->in_flight++;
  inet = g_inet_address_new_from_bytes (
    address->bytes, address->family == SLUICE_FAMILY_IPV4 ? G_SOCKET_FAMILY_IPV4 : G_SOCKET_FAMILY_IPV6);
  g_resolver_lookup_by_address_async (self->resolver, inet, self->cancellable, resolved_cb, question);
}

static gboolean
pace_cb (gpointer data)
{
  SluiceHostNames *self = data;
  g_autofree SluiceAddress *address = NULL;

  if (self->in_flight >= MAX_IN_FLIGHT)
    return G_SOURCE_CONTINUE;

  address = g_queue_pop_head (&self->waiting);
  if (address == NULL)
    {
      self->pace_id = 0;
      return G_SOURCE_REMOVE;
    }
  ask (self, address);

  return G_SOURCE_CONTINUE;
}

static gboolean
is_stale (gpointer key,
          gpointer value,
          gpointer data)
{
  const Entry *entry = value;
  const gint64 *now = data;

  return entry->expires != 0 && entry->expires <= *now;
}

/* Makes room when the cache is full: what is out of date goes first, then all that is answered. */
static gboolean
make_room (SluiceHostNames *self,
           gint64           now)
{
  gint64 never = G_MAXINT64;

  if (g_hash_table_size (self->entries) < MAX_KEPT)
    return TRUE;
  g_hash_table_foreach_remove (self->entries, is_stale, &now);
  if (g_hash_table_size (self->entries) >= MAX_KEPT)
    g_hash_table_foreach_remove (self->entries, is_stale, &never);

  return g_hash_table_size (self->entries) < MAX_KEPT;
}

/**
 * sluice_host_names_get:
 * @self: the names
 * @address: whose
 *
 * Gives the name that is known by now, and asks for it when there is none. "resolved" follows when there is an answer.
 *
 * Returns: (transfer none) (nullable): a sanitised name, valid until the main loop runs again, or %NULL
 */
const char *
sluice_host_names_get (SluiceHostNames     *self,
                       const SluiceAddress *address)
{
  gint64 now = g_get_monotonic_time ();
  Entry *entry;

  g_return_val_if_fail (SLUICE_IS_HOST_NAMES (self), NULL);
  g_return_val_if_fail (address != NULL, NULL);

  if (!self->enabled || address->family == SLUICE_FAMILY_NONE || sluice_address_is_any (address))
    return NULL;

  entry = g_hash_table_lookup (self->entries, address);
  if (entry != NULL && (entry->expires == 0 || now < entry->expires))
    return entry->name;
  if (g_queue_get_length (&self->waiting) >= MAX_WAITING)
    return entry != NULL ? entry->name : NULL;

  if (entry == NULL)
    {
      if (!make_room (self, now))
        return NULL;
      entry = g_new0 (Entry, 1);
      entry->address = *address;
      g_hash_table_insert (self->entries, &entry->address, entry);
    }
  /* An old name serves until the new answer is there. */
  entry->expires = 0;
  g_queue_push_tail (&self->waiting, g_memdup2 (address, sizeof *address));
  if (self->pace_id == 0)
    self->pace_id = g_timeout_add (PACE_MS, pace_cb, self);

  return entry->name;
}

static void
forget_questions (SluiceHostNames *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_clear_handle_id (&self->pace_id, g_source_remove);
  g_clear_handle_id (&self->tell_id, g_source_remove);
  g_queue_clear_full (&self->waiting, g_free);
  g_hash_table_remove_all (self->entries);
}

/**
 * sluice_host_names_set_enabled:
 * @self: the names
 * @enabled: whether the name server may be asked
 *
 * Turned off, all that was learned is forgotten and questions under way are given up. "resolved" is emitted either way,
 * so that views ask again.
 */
void
sluice_host_names_set_enabled (SluiceHostNames *self,
                               gboolean         enabled)
{
  g_return_if_fail (SLUICE_IS_HOST_NAMES (self));

  enabled = !!enabled;
  if (self->enabled == enabled)
    return;
  self->enabled = enabled;
  if (!enabled)
    forget_questions (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ENABLED]);
  g_signal_emit (self, signals[RESOLVED], 0);
}

/**
 * sluice_host_names_get_enabled:
 * @self: the names
 *
 * Returns: whether addresses are looked up at all
 */
gboolean
sluice_host_names_get_enabled (SluiceHostNames *self)
{
  g_return_val_if_fail (SLUICE_IS_HOST_NAMES (self), FALSE);

  return self->enabled;
}

static void
sluice_host_names_get_property (GObject    *object,
                                guint       id,
                                GValue     *value,
                                GParamSpec *pspec)
{
  SluiceHostNames *self = SLUICE_HOST_NAMES (object);

  switch (id)
    {
    case PROP_ENABLED:
      g_value_set_boolean (value, self->enabled);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
sluice_host_names_set_property (GObject      *object,
                                guint         id,
                                const GValue *value,
                                GParamSpec   *pspec)
{
  SluiceHostNames *self = SLUICE_HOST_NAMES (object);

  switch (id)
    {
    case PROP_ENABLED:
      sluice_host_names_set_enabled (self, g_value_get_boolean (value));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

/* Questions under way hold a reference, so there are none left here. */
static void
sluice_host_names_finalize (GObject *object)
{
  SluiceHostNames *self = SLUICE_HOST_NAMES (object);

  forget_questions (self);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->resolver);
  g_clear_pointer (&self->entries, g_hash_table_unref);

  G_OBJECT_CLASS (sluice_host_names_parent_class)->finalize (object);
}

static void
sluice_host_names_class_init (SluiceHostNamesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = sluice_host_names_get_property;
  object_class->set_property = sluice_host_names_set_property;
  object_class->finalize = sluice_host_names_finalize;

  properties[PROP_ENABLED] = g_param_spec_boolean (
    "enabled", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  signals[RESOLVED] =
    g_signal_new ("resolved", SLUICE_TYPE_HOST_NAMES, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
sluice_host_names_init (SluiceHostNames *self)
{
  g_queue_init (&self->waiting);
  self->cancellable = g_cancellable_new ();
  self->entries = g_hash_table_new_full (address_hash, address_equal, NULL, entry_free);
}

/**
 * sluice_host_names_new:
 * @resolver: (nullable): who is asked; %NULL is the system's resolver
 */
SluiceHostNames *
sluice_host_names_new (GResolver *resolver)
{
  SluiceHostNames *self = g_object_new (SLUICE_TYPE_HOST_NAMES, NULL);

  self->resolver = resolver != NULL ? g_object_ref (resolver) : g_resolver_get_default ();

  return self;
}

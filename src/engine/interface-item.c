#include "engine/interface-item-private.h"

/* An hour at the shortest interval that can be chosen. */
#define SERIES_CAPACITY 7200

struct _SluiceInterfaceItem
{
  GObject parent_instance;
  SluiceInterface *interface; /* NULL for the sum of the listed ones */
  SluiceSeries *series;
  gboolean listed;
  gboolean gone;
  gint64 gone_since; /* boot-time clock, µs */
  guint64 total[SLUICE_N_DIRECTIONS];
  double unattributed[SLUICE_N_DIRECTIONS];
};

G_DEFINE_FINAL_TYPE (SluiceInterfaceItem, sluice_interface_item, G_TYPE_OBJECT)

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
sluice_interface_item_finalize (GObject *object)
{
  SluiceInterfaceItem *self = SLUICE_INTERFACE_ITEM (object);

  g_clear_pointer (&self->interface, sluice_interface_unref);
  g_clear_pointer (&self->series, sluice_series_unref);
  G_OBJECT_CLASS (sluice_interface_item_parent_class)->finalize (object);
}

static void
sluice_interface_item_class_init (SluiceInterfaceItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sluice_interface_item_finalize;
  signals[SIGNAL_CHANGED]
      = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
sluice_interface_item_init (SluiceInterfaceItem *self)
{
  self->series = sluice_series_new (SERIES_CAPACITY);
}

/*
 * sluice_interface_item_new:
 * @interface: (nullable): the link, or %NULL for the sum of the listed ones
 *
 * Returns: (transfer full): an item without figures
 */
SluiceInterfaceItem *
sluice_interface_item_new (SluiceInterface *interface)
{
  SluiceInterfaceItem *self = g_object_new (SLUICE_TYPE_INTERFACE_ITEM, NULL);

  self->interface = interface != NULL ? sluice_interface_ref (interface) : NULL;
  self->listed = interface == NULL;
  return self;
}

/* The link changed its record, or came back under its old name: the item goes on with it. */
void
sluice_interface_item_set_interface (SluiceInterfaceItem *self, SluiceInterface *interface, gboolean listed)
{
  self->listed = listed;
  self->gone = FALSE;
  if (self->interface == interface)
    return;
  sluice_interface_ref (interface);
  g_clear_pointer (&self->interface, sluice_interface_unref);
  self->interface = interface;
}

/* The link is not there any more. */
void
sluice_interface_item_set_gone (SluiceInterfaceItem *self, gint64 time)
{
  if (self->gone && self->unattributed[SLUICE_RX] == 0 && self->unattributed[SLUICE_TX] == 0)
    return;
  if (!self->gone)
    self->gone_since = time;
  self->gone = TRUE;
  self->unattributed[SLUICE_RX] = self->unattributed[SLUICE_TX] = 0;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/* Boot-time clock, µs. */
gint64
sluice_interface_item_get_gone_since (SluiceInterfaceItem *self)
{
  return self->gone_since;
}

/* Takes one sample's bytes, over @span, which has no rates; without a duration it only says that nothing moves now. */
void
sluice_interface_item_take (SluiceInterfaceItem *self,
                            const SluicePoint *span,
                            const guint64 bytes[SLUICE_N_DIRECTIONS],
                            const guint64 unattributed[SLUICE_N_DIRECTIONS])
{
  double per_second = span->duration > 0 ? (double) G_USEC_PER_SEC / span->duration : 0;
  SluicePoint point = *span;

  point.rx = bytes[SLUICE_RX] * per_second;
  point.tx = bytes[SLUICE_TX] * per_second;
  if (span->duration > 0)
    sluice_series_append (self->series, &point);
  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      self->total[d] += span->duration > 0 ? bytes[d] : 0;
      self->unattributed[d] = unattributed[d] * per_second;
    }
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/**
 * sluice_interface_item_get_interface:
 * @self: an item
 *
 * Returns: (transfer none) (nullable): the link, or %NULL for the sum of the listed ones
 */
SluiceInterface *
sluice_interface_item_get_interface (SluiceInterfaceItem *self)
{
  return self->interface;
}

/**
 * sluice_interface_item_get_instance:
 * @self: an item
 *
 * Returns: its incarnation's number, as the timeline wants it; 0 for the sum of the listed ones
 */
guint64
sluice_interface_item_get_instance (SluiceInterfaceItem *self)
{
  return self->interface != NULL ? self->interface->instance : 0;
}

/**
 * sluice_interface_item_get_listed:
 * @self: an item
 *
 * Returns: whether it is part of "all interfaces"
 */
gboolean
sluice_interface_item_get_listed (SluiceInterfaceItem *self)
{
  return self->listed;
}

/**
 * sluice_interface_item_get_gone:
 * @self: an item
 *
 * Returns: whether the link was removed; the item stays in case it comes back
 */
gboolean
sluice_interface_item_get_gone (SluiceInterfaceItem *self)
{
  return self->gone;
}

/**
 * sluice_interface_item_get_series:
 * @self: an item
 *
 * Returns: (transfer none): its rates of the last hour
 */
SluiceSeries *
sluice_interface_item_get_series (SluiceInterfaceItem *self)
{
  return self->series;
}

/**
 * sluice_interface_item_get_total:
 * @self: an item
 * @bytes_out: (out): bytes since Sluice began to look, by direction
 */
void
sluice_interface_item_get_total (SluiceInterfaceItem *self, guint64 bytes_out[SLUICE_N_DIRECTIONS])
{
  bytes_out[SLUICE_RX] = self->total[SLUICE_RX];
  bytes_out[SLUICE_TX] = self->total[SLUICE_TX];
}

/**
 * sluice_interface_item_get_unattributed:
 * @self: an item
 * @rates_out: (out): bytes/s that belonged to no program in the last sample, by direction
 */
void
sluice_interface_item_get_unattributed (SluiceInterfaceItem *self, double rates_out[SLUICE_N_DIRECTIONS])
{
  rates_out[SLUICE_RX] = self->unattributed[SLUICE_RX];
  rates_out[SLUICE_TX] = self->unattributed[SLUICE_TX];
}

#include "app/interface-row.h"

#include "sluice-config.h"

#include <glib/gi18n-lib.h>

#include "charts/sparkline.h"

struct _SluiceInterfaceRowWidget
{
  GtkListBoxRow parent_instance;

  SluiceInterfaceItem *item;
  SluiceLiveModel *model;
  SluiceInterface *said; /* the record that the labels speak of */
  gboolean said_gone;

  GtkImage *icon;
  GtkLabel *title;
  GtkLabel *address;
  SluiceSparkline *sparkline;
  GtkImage *chosen;
};

G_DEFINE_FINAL_TYPE (SluiceInterfaceRowWidget, sluice_interface_row_widget, GTK_TYPE_LIST_BOX_ROW)

/**
 * sluice_interface_title:
 * @item: an interface, or the sum of those in use
 *
 * Returns: (transfer full): its name in words
 */
char *
sluice_interface_title (SluiceInterfaceItem *item)
{
  SluiceInterface *interface = sluice_interface_item_get_interface (item);

  return interface != NULL ? sluice_interface_describe (interface) : g_strdup (_("All interfaces"));
}

/**
 * sluice_interface_icon_name:
 * @item: an interface, or the sum of those in use
 *
 * Returns: a themed icon's name for its kind
 */
const char *
sluice_interface_icon_name (SluiceInterfaceItem *item)
{
  SluiceInterface *interface = sluice_interface_item_get_interface (item);

  if (interface == NULL)
    return "network-workgroup-symbolic";
  switch (interface->kind)
    {
    case SLUICE_INTERFACE_WIFI:
      return "network-wireless-symbolic";

    case SLUICE_INTERFACE_MOBILE:
      return "network-cellular-symbolic";

    case SLUICE_INTERFACE_TUNNEL:
      return "network-vpn-symbolic";

    case SLUICE_INTERFACE_LOOPBACK:
      return "computer-symbolic";

    case SLUICE_INTERFACE_BRIDGE:
    case SLUICE_INTERFACE_BOND:
    case SLUICE_INTERFACE_VETH:
    case SLUICE_INTERFACE_VIRTUAL:
      return "network-server-symbolic";

    case SLUICE_INTERFACE_ETHERNET:
    case SLUICE_INTERFACE_VLAN:
    case SLUICE_INTERFACE_OTHER:
    default:
      return "network-wired-symbolic";
    }
}

/* The second line: where the interface can be reached, or why not. */
static char *
describe_address (SluiceInterfaceItem *item)
{
  SluiceInterface *interface = sluice_interface_item_get_interface (item);
  char text[SLUICE_ADDRESS_TEXT_MAX];

  if (interface == NULL)
    return g_strdup (_("The sum of those in use"));
  if (sluice_interface_item_get_gone (item))
    return g_strdup (_("Removed"));
  if (!interface->up)
    return g_strdup (_("Switched off"));
  if (!interface->running)
    return g_strdup (_("Not connected"));
  for (guint i = 0; i < interface->n_addresses; i++)
    if (!sluice_address_is_link_local (&interface->addresses[i].address))
      return g_strdup (sluice_address_to_text (&interface->addresses[i].address, text));

  return g_strdup (_("No address"));
}

static void
say (SluiceInterfaceRowWidget *self)
{
  SluiceInterface *interface = sluice_interface_item_get_interface (self->item);
  gboolean gone = sluice_interface_item_get_gone (self->item);
  g_autofree char *title = NULL;
  g_autofree char *address = NULL;

  if (self->said != NULL && self->said == interface && self->said_gone == gone)
    return;
  g_clear_pointer (&self->said, sluice_interface_unref);
  self->said = interface != NULL ? sluice_interface_ref (interface) : NULL;
  self->said_gone = gone;

  title = sluice_interface_title (self->item);
  address = describe_address (self->item);
  gtk_image_set_from_icon_name (self->icon, sluice_interface_icon_name (self->item));
  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->address, address);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_widget_set_opacity (GTK_WIDGET (self), gone ? 0.6 : 1.0);
}

static void
refresh (SluiceInterfaceRowWidget *self)
{
  SluiceSample *latest;

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  say (self);
  gtk_widget_set_opacity (GTK_WIDGET (self->chosen), sluice_live_model_get_scope (self->model) == self->item);
  latest = sluice_live_model_get_latest (self->model);
  if (latest != NULL)
    sluice_sparkline_set_now (self->sparkline, latest->time);
}

static void
sluice_interface_row_widget_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (sluice_interface_row_widget_parent_class)->map (widget);
  refresh (SLUICE_INTERFACE_ROW_WIDGET (widget));
}

static void
sluice_interface_row_widget_dispose (GObject *object)
{
  SluiceInterfaceRowWidget *self = SLUICE_INTERFACE_ROW_WIDGET (object);

  g_clear_object (&self->item);
  g_clear_object (&self->model);
  g_clear_pointer (&self->said, sluice_interface_unref);

  G_OBJECT_CLASS (sluice_interface_row_widget_parent_class)->dispose (object);
}

static void
sluice_interface_row_widget_class_init (SluiceInterfaceRowWidgetClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sluice_interface_row_widget_dispose;
  widget_class->map = sluice_interface_row_widget_map;

  g_type_ensure (SLUICE_TYPE_SPARKLINE);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/sluice/Sluice/interface-row.ui");
  gtk_widget_class_bind_template_child (widget_class, SluiceInterfaceRowWidget, icon);
  gtk_widget_class_bind_template_child (widget_class, SluiceInterfaceRowWidget, title);
  gtk_widget_class_bind_template_child (widget_class, SluiceInterfaceRowWidget, address);
  gtk_widget_class_bind_template_child (widget_class, SluiceInterfaceRowWidget, sparkline);
  gtk_widget_class_bind_template_child (widget_class, SluiceInterfaceRowWidget, chosen);
}

static void
sluice_interface_row_widget_init (SluiceInterfaceRowWidget *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * sluice_interface_row_widget_new:
 * @item: the interface
 * @model: what it is part of
 */
GtkWidget *
sluice_interface_row_widget_new (SluiceInterfaceItem *item,
                                 SluiceLiveModel     *model)
{
  SluiceInterfaceRowWidget *self = g_object_new (SLUICE_TYPE_INTERFACE_ROW_WIDGET, NULL);

  self->item = g_object_ref (item);
  self->model = g_object_ref (model);
  say (self);
  sluice_sparkline_set_series (self->sparkline, sluice_interface_item_get_series (item));
  g_signal_connect_object (model, "updated", G_CALLBACK (refresh), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (model, "scope-changed", G_CALLBACK (refresh), self, G_CONNECT_SWAPPED);

  return GTK_WIDGET (self);
}

/**
 * sluice_interface_row_widget_get_item:
 * @self: a row
 *
 * Returns: (transfer none): the row's interface
 */
SluiceInterfaceItem *
sluice_interface_row_widget_get_item (SluiceInterfaceRowWidget *self)
{
  g_return_val_if_fail (SLUICE_IS_INTERFACE_ROW_WIDGET (self), NULL);

  return self->item;
}

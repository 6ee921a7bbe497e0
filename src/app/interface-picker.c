#include "app/interface-picker.h"

#include "sluice-config.h"

#include <glib/gi18n-lib.h>

#include "app/interface-row.h"

struct _SluiceInterfacePicker
{
  AdwBin parent_instance;

  SluiceLiveModel *model;
  GtkMenuButton *button;
  GtkImage *icon;
  GtkLabel *label;
  GtkPopover *popover;
  GtkListBox *list;
};

G_DEFINE_FINAL_TYPE (SluiceInterfacePicker, sluice_interface_picker, ADW_TYPE_BIN)

static void
say_scope (SluiceInterfacePicker *self)
{
  SluiceInterfaceItem *scope = sluice_live_model_get_scope (self->model);
  g_autofree char *title = sluice_interface_title (scope);
  const char *icon_name = sluice_interface_icon_name (scope);

  /* Called at each sample while the interface is shown: a rename, and nothing else, changes something here. */
  if (g_str_equal (gtk_label_get_text (self->label), title) &&
      g_strcmp0 (gtk_image_get_icon_name (self->icon), icon_name) == 0)
    return;
  gtk_image_set_from_icon_name (self->icon, icon_name);
  gtk_label_set_text (self->label, title);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->button), title);
}

static GtkWidget *
create_row_cb (gpointer item,
               gpointer data)
{
  SluiceInterfacePicker *self = data;

  return sluice_interface_row_widget_new (item, self->model);
}

static void
row_activated_cb (SluiceInterfacePicker    *self,
                  SluiceInterfaceRowWidget *row)
{
  SluiceInterface *interface = sluice_interface_item_get_interface (sluice_interface_row_widget_get_item (row));

  gtk_popover_popdown (self->popover);
  gtk_widget_activate_action (GTK_WIDGET (self), "app.interface", "s", interface != NULL ? interface->name : "");
}

/**
 * sluice_interface_picker_set_narrow:
 * @self: the picker
 * @narrow: whether there is room for the icon only; the name stays in the tooltip
 */
void
sluice_interface_picker_set_narrow (SluiceInterfacePicker *self,
                                    gboolean               narrow)
{
  g_return_if_fail (SLUICE_IS_INTERFACE_PICKER (self));

  gtk_widget_set_visible (GTK_WIDGET (self->label), !narrow);
}

/**
 * sluice_interface_picker_set_model:
 * @self: the picker
 * @model: whose interfaces it offers
 */
void
sluice_interface_picker_set_model (SluiceInterfacePicker *self,
                                   SluiceLiveModel       *model)
{
  g_return_if_fail (SLUICE_IS_INTERFACE_PICKER (self));
  g_return_if_fail (self->model == NULL);

  self->model = g_object_ref (model);
  gtk_list_box_bind_model (self->list, sluice_live_model_get_interfaces (model), create_row_cb, self, NULL);
  g_signal_connect_object (model, "scope-changed", G_CALLBACK (say_scope), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (model, "updated", G_CALLBACK (say_scope), self, G_CONNECT_SWAPPED);
  say_scope (self);
}

/**
 * sluice_interface_picker_popup:
 * @self: the picker
 *
 * Opens the list.
 */
void
sluice_interface_picker_popup (SluiceInterfacePicker *self)
{
  g_return_if_fail (SLUICE_IS_INTERFACE_PICKER (self));

  gtk_menu_button_popup (self->button);
}

static void
sluice_interface_picker_dispose (GObject *object)
{
  SluiceInterfacePicker *self = SLUICE_INTERFACE_PICKER (object);

  g_clear_object (&self->model);

  G_OBJECT_CLASS (sluice_interface_picker_parent_class)->dispose (object);
}

static void
sluice_interface_picker_class_init (SluiceInterfacePickerClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sluice_interface_picker_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/sluice/Sluice/interface-picker.ui");
  gtk_widget_class_bind_template_child (widget_class, SluiceInterfacePicker, button);
  gtk_widget_class_bind_template_child (widget_class, SluiceInterfacePicker, icon);
  gtk_widget_class_bind_template_child (widget_class, SluiceInterfacePicker, label);
  gtk_widget_class_bind_template_child (widget_class, SluiceInterfacePicker, popover);
  gtk_widget_class_bind_template_child (widget_class, SluiceInterfacePicker, list);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
}

static void
sluice_interface_picker_init (SluiceInterfacePicker *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

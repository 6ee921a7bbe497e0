#include "app/program-actions.h"

#include "app/end-dialog.h"

struct _SluiceProgramActions
{
  GObject parent_instance;

  /* Not referenced: the page outlives its actions. */
  GtkWidget *page;
  SluiceProgramTable *table;
  SluiceProgramPane *pane;
  GSimpleActionGroup *group;
  GtkWidget *menu;
};

G_DEFINE_FINAL_TYPE (SluiceProgramActions, sluice_program_actions, G_TYPE_OBJECT)

static void
copy (SluiceProgramActions *self,
      const char           *text)
{
  if (text != NULL)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (self->page), text);
}

static void
show_details_cb (GSimpleAction *action,
                 GVariant      *parameter,
                 gpointer       user_data)
{
  sluice_program_pane_show_details (((SluiceProgramActions *) user_data)->pane);
}

static void
copy_name_cb (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  SluiceProgramActions *self = user_data;
  SluiceProgramItem *item = sluice_program_table_get_selected (self->table);

  if (item != NULL)
    copy (self, sluice_program_item_get_name (item));
}

static void
copy_path_cb (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  SluiceProgramActions *self = user_data;
  SluiceProgramItem *item = sluice_program_table_get_selected (self->table);

  if (item != NULL && sluice_program_item_get_program (item) != NULL)
    copy (self, sluice_program_item_get_program (item)->path);
}

static void
copy_connections_cb (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       user_data)
{
  SluiceProgramActions *self = user_data;
  g_autofree char *text = sluice_program_pane_make_connections_text (self->pane);

  copy (self, text);
}

static void
end_cb (GSimpleAction *action,
        GVariant      *parameter,
        gpointer       user_data)
{
  SluiceProgramActions *self = user_data;
  SluiceProgramItem *item = sluice_program_table_get_selected (self->table);

  if (item != NULL)
    sluice_end_dialog_present (self->page, item);
}

static void
expand_cb (GSimpleAction *action,
           GVariant      *value,
           gpointer       user_data)
{
  SluiceProgramActions *self = user_data;
  SluiceProgramItem *item = sluice_program_table_get_selected (self->table);

  if (item == NULL)
    return;
  sluice_program_table_set_expanded (self->table, item, g_variant_get_boolean (value));
  g_simple_action_set_state (action, value);
}

static void
sluice_program_actions_dispose (GObject *object)
{
  SluiceProgramActions *self = SLUICE_PROGRAM_ACTIONS (object);

  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_object (&self->group);

  G_OBJECT_CLASS (sluice_program_actions_parent_class)->dispose (object);
}

static void
sluice_program_actions_class_init (SluiceProgramActionsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sluice_program_actions_dispose;
}

static void
sluice_program_actions_init (SluiceProgramActions *self)
{
}

/**
 * sluice_program_actions_new:
 * @page: the page that has the actions; it lets go of them before it goes
 * @table: whose row they are about
 * @pane: what is shown of that row
 * @menu: what the row's menu offers
 *
 * Returns: (transfer full): the actions
 */
SluiceProgramActions *
sluice_program_actions_new (GtkWidget          *page,
                            SluiceProgramTable *table,
                            SluiceProgramPane  *pane,
                            GMenuModel         *menu)
{
  static const GActionEntry entries[] = {
    { .name = "show-details", .activate = show_details_cb },
    { .name = "copy-name", .activate = copy_name_cb },
    { .name = "copy-path", .activate = copy_path_cb },
    { .name = "copy-connections", .activate = copy_connections_cb },
    { .name = "end", .activate = end_cb },
    { .name = "expand", .state = "false", .change_state = expand_cb },
  };
  SluiceProgramActions *self = g_object_new (SLUICE_TYPE_PROGRAM_ACTIONS, NULL);

  self->page = page;
  self->table = table;
  self->pane = pane;
  self->group = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->group), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (page, "program", G_ACTION_GROUP (self->group));
  sluice_program_actions_enable (self);

  self->menu = gtk_popover_menu_new_from_model (menu);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
  gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
  g_signal_connect_object (self->menu, "closed", G_CALLBACK (sluice_program_table_focus), table, G_CONNECT_SWAPPED);
  gtk_widget_set_parent (self->menu, page);

  return self;
}

static void
enable (SluiceProgramActions *self,
        const char           *name,
        gboolean              enabled)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (self->group), name);

  g_simple_action_set_enabled (G_SIMPLE_ACTION (action), enabled);
}

/**
 * sluice_program_actions_enable:
 * @self: actions
 *
 * Finds out what can be done with the row that is selected now.
 */
void
sluice_program_actions_enable (SluiceProgramActions *self)
{
  SluiceProgramItem *item;
  SluiceProgram *program;
  GAction *expand;

  g_return_if_fail (SLUICE_IS_PROGRAM_ACTIONS (self));

  item = sluice_program_table_get_selected (self->table);
  program = item != NULL ? sluice_program_item_get_program (item) : NULL;
  expand = g_action_map_lookup_action (G_ACTION_MAP (self->group), "expand");
  enable (self, "show-details", program != NULL && program->kind == SLUICE_PROGRAM_PROCESS);
  enable (self, "copy-name", item != NULL);
  enable (self, "copy-path", program != NULL && program->path != NULL);
  enable (self, "copy-connections", item != NULL);
  enable (self, "end", item != NULL && sluice_end_dialog_may_end (item));
  enable (self, "expand", item != NULL && sluice_program_item_can_expand (item));
  g_simple_action_set_state (G_SIMPLE_ACTION (expand),
                             g_variant_new_boolean (item != NULL
                                                    && sluice_program_table_get_expanded (self->table, item)));
}

/**
 * sluice_program_actions_popup:
 * @self: actions
 * @place: where, in the table's pixels
 *
 * Offers on the row that is selected what can be done with it.
 */
void
sluice_program_actions_popup (SluiceProgramActions *self,
                              const GdkRectangle   *place)
{
  GdkRectangle on_page = *place;
  double x, y;

  g_return_if_fail (SLUICE_IS_PROGRAM_ACTIONS (self));

  sluice_program_actions_enable (self);
  /* The page stays where it is while its pane opens and takes from the table. */
  if (gtk_widget_translate_coordinates (GTK_WIDGET (self->table), self->page, place->x, place->y, &x, &y))
    {
      on_page.x = (int) x;
      on_page.y = (int) y;
    }
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &on_page);
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

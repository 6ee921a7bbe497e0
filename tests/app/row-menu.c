#include "app/row-menu.h"

#include "programs-page-case.h"

/* The controllers of the table's view of one kind, in the order that they were added. */
static GtkEventController *
controller_of (Case  *test,
               GType  type,
               guint  position)
{
  GtkWidget *view = find_type (GTK_WIDGET (test->table), GTK_TYPE_COLUMN_VIEW);
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (view);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (g_type_is_a (G_OBJECT_TYPE (controller), type) && position-- == 0)
        return controller;
    }
  g_assert_not_reached ();
}

static void
press_long (Case   *test,
            double  x,
            double  y)
{
  g_signal_emit_by_name (controller_of (test, GTK_TYPE_GESTURE_LONG_PRESS, 0), "pressed", x, y);
  fixture_wait (200);
}

/* Whether any of those who listen to keys took it. */
static gboolean
press_key (Case            *test,
           guint            key,
           GdkModifierType  modifiers)
{
  GtkWidget *view = find_type (GTK_WIDGET (test->table), GTK_TYPE_COLUMN_VIEW);
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (view);
  gboolean taken = FALSE;

  for (guint i = 0; i < g_list_model_get_n_items (controllers) && !taken; i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_EVENT_CONTROLLER_KEY (controller))
        g_signal_emit_by_name (controller, "key-pressed", key, 0, modifiers, &taken);
    }
  fixture_wait (200);

  return taken;
}

static GtkWidget *
menu_of (Case *test)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (test->page));

  while (!GTK_IS_POPOVER_MENU (child))
    child = gtk_widget_get_next_sibling (child);

  return child;
}

static void
middle_of (Case       *test,
           const char *name,
           double     *x_out,
           double     *y_out)
{
  GtkWidget *view = find_type (GTK_WIDGET (test->table), GTK_TYPE_COLUMN_VIEW);
  GtkWidget *text = find_text (GTK_WIDGET (test->table), name);

  g_assert_nonnull (text);
  g_assert_true (gtk_widget_translate_coordinates (text, view, 10, gtk_widget_get_height (text) / 2.0, x_out, y_out));
}

static void
test_long_press (Case         *test,
                 gconstpointer data)
{
  double x, y;

  middle_of (test, "mail", &x, &y);
  press_long (test, x, y);
  g_assert_true (sluice_program_table_get_selected (test->table) == row_named (test, "mail"));
  g_assert_true (gtk_widget_get_mapped (menu_of (test)));
  gtk_popover_popdown (GTK_POPOVER (menu_of (test)));
  fixture_wait (300);

  /* Neither a heading nor the empty place below the rows has a menu. */
  middle_of (test, "Download", &x, &y);
  press_long (test, x, y);
  press_long (test, 20, gtk_widget_get_height (GTK_WIDGET (test->table)) - 5);
  g_assert_false (gtk_widget_get_mapped (menu_of (test)));
}

/* The pane that opens with the row's choice takes half of the table: the menu stays where it was asked for. */
static void
test_far (Case         *test,
          gconstpointer data)
{
  static const GtkTextDirection directions[] = { GTK_TEXT_DIR_LTR, GTK_TEXT_DIR_RTL };
  GtkWidget *view = find_type (GTK_WIDGET (test->table), GTK_TYPE_COLUMN_VIEW);

  for (guint i = 0; i < G_N_ELEMENTS (directions); i++)
    {
      GdkRectangle place;
      double x, y, page_x, page_y;

      sluice_program_table_select (test->table, NULL);
      gtk_widget_set_default_direction (directions[i]);
      fixture_wait (300);
      middle_of (test, "mail", &x, &y);
      x = i == 0 ? gtk_widget_get_width (view) - 30 : 30;
      g_assert_true (gtk_widget_translate_coordinates (view, GTK_WIDGET (test->page), x, y, &page_x, &page_y));
      press_long (test, x, y);
      fixture_wait (300);
      g_assert_cmpint (gtk_widget_get_width (view), <, 700);
      g_assert_true (gtk_widget_get_mapped (menu_of (test)));
      g_assert_true (gtk_popover_get_pointing_to (GTK_POPOVER (menu_of (test)), &place));
      g_assert_cmpint (place.x, ==, (int) page_x);
      g_assert_cmpint (place.y, ==, (int) page_y);
      gtk_popover_popdown (GTK_POPOVER (menu_of (test)));
      fixture_wait (300);
    }
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
}

static void
test_keys (Case         *test,
           gconstpointer data)
{
  static const struct
  {
    guint key;
    GdkModifierType modifiers;
  } keys[] = { { GDK_KEY_Menu, 0 }, { GDK_KEY_F10, GDK_SHIFT_MASK } };

  g_assert_false (press_key (test, GDK_KEY_F10, 0));
  press_key (test, GDK_KEY_Menu, 0);
  g_assert_false (gtk_widget_get_mapped (menu_of (test)));
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      select_row (test, "backup");
      sluice_program_table_focus (test->table);
      g_assert_true (press_key (test, keys[i].key, keys[i].modifiers));
      g_assert_true (gtk_widget_get_mapped (menu_of (test)));
      gtk_popover_popdown (GTK_POPOVER (menu_of (test)));
      fixture_wait (300);
    }
}

/* The focus may have gone on to a row that is not selected: the menu is of that one. */
static void
test_focus (Case         *test,
            gconstpointer data)
{
  GtkWidget *text = find_text (GTK_WIDGET (test->table), "mail");
  GtkWidget *row = text;

  select_row (test, "backup");
  while (!gtk_widget_get_focusable (row))
    row = gtk_widget_get_parent (row);
  gtk_widget_grab_focus (row);
  g_assert_true (press_key (test, GDK_KEY_Menu, 0));
  g_assert_cmpstr (sluice_program_item_get_name (sluice_program_table_get_selected (test->table)), ==, "mail");
  g_assert_true (gtk_widget_get_mapped (menu_of (test)));
}

static void
add_cases (void)
{
  ADD_CASE ("/row-menu/comes-by-a-long-press-on-a-row", test_long_press);
  ADD_CASE ("/row-menu/stays-where-it-was-asked-for-when-the-pane-opens", test_far);
  ADD_CASE ("/row-menu/comes-by-its-keys-on-the-row-selected", test_keys);
  ADD_CASE ("/row-menu/selects-the-row-that-has-the-focus-first", test_focus);
}

int
main (int    argc,
      char **argv)
{
  return run_cases (argc, argv, add_cases);
}

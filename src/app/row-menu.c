#include "app/row-menu.h"

/* What a menu asked for by a key may lie beside: the row's beginning, pixels. */
#define BEGINNING 240

typedef struct
{
  GtkColumnView *view; /* not referenced, as the columns are not: both outlive the view's controllers */
  SluiceLiveColumns *columns;
  SluiceRowMenuFunc ask;
  gpointer user_data;
} RowMenu;

/* The list itself is the view's last child, below the headings. */
static GtkWidget *
rows_of (GtkColumnView *view)
{
  return gtk_widget_get_last_child (GTK_WIDGET (view));
}

/**
 * sluice_row_menu_row_at:
 * @view: a table
 * @columns: its columns
 * @x: in the view's pixels
 * @y: in the view's pixels
 *
 * Returns: (transfer none) (nullable): the object of the row that is seen there; not one that is scrolled behind the
 *   headings
 */
gpointer
sluice_row_menu_row_at (GtkColumnView     *view,
                        SluiceLiveColumns *columns,
                        double             x,
                        double             y)
{
  GtkWidget *picked = gtk_widget_pick (GTK_WIDGET (view), x, y, GTK_PICK_DEFAULT);

  if (picked == NULL || !gtk_widget_is_ancestor (picked, rows_of (view)))
    return NULL;

  return sluice_live_columns_get_row_at (columns, y);
}

static gboolean
ask_at (RowMenu *self,
        double   x,
        double   y)
{
  gpointer item = sluice_row_menu_row_at (self->view, self->columns, x, y);
  const GdkRectangle place = { (int) x, (int) y, 1, 1 };

  if (item != NULL)
    self->ask (item, &place, self->user_data);

  return item != NULL;
}

static void
clicked_cb (GtkGestureClick *gesture,
            int              n_press,
            double           x,
            double           y,
            RowMenu         *self)
{
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (gesture));

  if (gdk_event_triggers_context_menu (event) && ask_at (self, x, y))
    gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
long_pressed_cb (GtkGestureLongPress *gesture,
                 double               x,
                 double               y,
                 RowMenu             *self)
{
  if (ask_at (self, x, y))
    gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
}

static gpointer
row_with_focus (RowMenu         *self,
                graphene_rect_t *bounds_out)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self->view));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (focus == NULL || !gtk_widget_is_ancestor (focus, rows_of (self->view)) ||
      !gtk_widget_compute_bounds (focus, GTK_WIDGET (self->view), bounds_out))
    return NULL;

  return sluice_live_columns_get_row_at (self->columns, bounds_out->origin.y + bounds_out->size.height / 2);
}

static gboolean
key_cb (GtkEventControllerKey *controller,
        guint                  keyval,
        guint                  keycode,
        GdkModifierType        modifiers,
        RowMenu               *self)
{
  GdkRectangle place = { 0, 0, 1, 1 };
  graphene_rect_t bounds;
  gpointer item;

  if (keyval != GDK_KEY_Menu && (keyval != GDK_KEY_F10 || (modifiers & GDK_SHIFT_MASK) == 0))
    return GDK_EVENT_PROPAGATE;
  item = row_with_focus (self, &bounds);
  if (item != NULL)
    {
      place = (GdkRectangle){ (int) bounds.origin.x, (int) bounds.origin.y, (int) bounds.size.width,
                              (int) bounds.size.height };
      if (gtk_widget_get_direction (GTK_WIDGET (self->view)) == GTK_TEXT_DIR_RTL)
        place.x += MAX (place.width - BEGINNING, 0);
      place.width = MIN (place.width, BEGINNING);
    }
  self->ask (item, &place, self->user_data);

  return GDK_EVENT_STOP;
}

/**
 * sluice_row_menu_install:
 * @view: a table
 * @columns: its columns
 * @ask: called when a row's menu is asked for
 * @user_data: handed to @ask
 *
 * Has menus asked for by the secondary button, by a long press, and by the keys Menu and Shift+F10 on the row that has
 * the focus.
 */
void
sluice_row_menu_install (GtkColumnView     *view,
                         SluiceLiveColumns *columns,
                         SluiceRowMenuFunc  ask,
                         gpointer           user_data)
{
  GtkGesture *click = gtk_gesture_click_new (), *press = gtk_gesture_long_press_new ();
  GtkEventController *controllers[] = { GTK_EVENT_CONTROLLER (click), GTK_EVENT_CONTROLLER (press),
                                        gtk_event_controller_key_new () };
  RowMenu *self = g_new (RowMenu, 1);

  *self = (RowMenu){ view, columns, ask, user_data };
  g_object_set_data_full (G_OBJECT (view), "sluice-row-menu", self, g_free);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), 0);
  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (press), TRUE);
  g_signal_connect (click, "pressed", G_CALLBACK (clicked_cb), self);
  g_signal_connect (press, "pressed", G_CALLBACK (long_pressed_cb), self);
  g_signal_connect (controllers[2], "key-pressed", G_CALLBACK (key_cb), self);
  for (guint i = 0; i < G_N_ELEMENTS (controllers); i++)
    {
      gtk_event_controller_set_propagation_phase (controllers[i], GTK_PHASE_CAPTURE);
      gtk_widget_add_controller (GTK_WIDGET (view), controllers[i]);
    }
}

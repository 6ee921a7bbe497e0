#include "charts/traffic-chart-private.h"

gint64
sluice_traffic_chart_time_at (SluiceTrafficChart *self,
                              double              x)
{
  return self->view_end - (gint64) ((self->plot.x + self->plot.width - x) * self->span / self->plot.width);
}

double
sluice_traffic_chart_x_of (SluiceTrafficChart *self,
                           gint64              time)
{
  return self->plot.x + self->plot.width - (double) (self->view_end - time) * self->plot.width / self->span;
}

static gboolean
contains (const SluicePoint *point,
          gint64             time)
{
  return time > point->time - point->duration && time <= point->time;
}

/* How far from its end a long point is meant, too: where a slope goes on to the next one, to the middle of that. */
static gint64
reach_of (SluiceTrafficChart *self,
          guint               index)
{
  const SluicePoint *point = sluice_series_get_point (self->series, index);
  gint64 next = point->duration;

  if (self->recorded)
    return 0;
  if (index + 1 < sluice_series_get_length (self->series))
    next = sluice_series_get_point (self->series, index + 1)->duration;
  return MIN (point->duration, next) / 2 + 1;
}

/* The point at a time, or the largest of the short ones that end in the column (@from, @to]; NULL in a gap. */
static const SluicePoint *
point_in (SluiceTrafficChart *self,
          gint64              time,
          gint64              from,
          gint64              to)
{
  const SluicePoint *best = NULL;
  guint index;

  if (self->series == NULL)
    return NULL;
  index = sluice_series_find (self->series, from);
  /* The one before may end nearer than this one does. */
  for (index = index > 0 ? index - 1 : 0; index < sluice_series_get_length (self->series); index++)
    {
      const SluicePoint *point = sluice_series_get_point (self->series, index);
      const gboolean is_short = point->duration <= to - from;

      if (point->time - point->duration > to)
        break;
      if (!contains (point, time)
          && (is_short ? point->time <= from || point->time > to
                       : ABS (point->time - time) > reach_of (self, index)))
        continue;
      if (best == NULL
          || (is_short || best->duration <= to - from ? point->rx + point->tx > best->rx + best->tx
                                                      : ABS (point->time - time) < ABS (best->time - time)))
        best = point;
    }
  return best;
}

/* The point to speak of at a time: the nearest, or the largest where many share a column; NULL where there is a gap. */
const SluicePoint *
sluice_traffic_chart_point_at (SluiceTrafficChart *self,
                               gint64              time)
{
  const gint64 half = MAX (self->span / self->plot.width / 2, 1);

  return point_in (self, time, time - half - 1, time + half);
}

/* The point that ends then; where there is none any more, what is there now. */
const SluicePoint *
sluice_traffic_chart_point_ending (SluiceTrafficChart *self,
                                   gint64              time)
{
  guint index = self->series != NULL ? sluice_series_find (self->series, time - 1) : 0;

  if (self->series != NULL && index < sluice_series_get_length (self->series)
      && sluice_series_get_point (self->series, index)->time == time)
    return sluice_series_get_point (self->series, index);
  return sluice_traffic_chart_point_at (self, time);
}

/* How far the pointer moves before a click is a drag, logical pixels. */
#define DRAG_THRESHOLD 5

static double
inside (SluiceTrafficChart *self,
        double              x)
{
  return CLAMP (x, self->plot.x, self->plot.x + self->plot.width);
}

/* Pin and selection */

static void
drop_selection (SluiceTrafficChart *self)
{
  if (!self->selected)
    return;
  self->selected = FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit_by_name (self, "selection-changed");
}

/* Pins @point, or lets the pin go where @point is NULL. Pin and selection replace each other: there is one time that is
 * spoken of. */
void
sluice_traffic_chart_set_pin (SluiceTrafficChart *self,
                              const SluicePoint  *point)
{
  const gboolean pinned = point != NULL;

  if (self->pinned == pinned && (!pinned || self->pin.to == point->time))
    return;
  self->pinned = pinned;
  if (pinned)
    {
      self->pin = (SluiceChartSpan){ point->time - point->duration, point->time };
      drop_selection (self);
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit_by_name (self, "pin-changed");
}

/* Where a selection ends at @time: at the end of a point, or its begin. */
static gint64
edge_of (SluiceTrafficChart *self,
         gint64              time,
         gboolean            begin)
{
  const SluicePoint *point = sluice_traffic_chart_point_ending (self, time);

  /* A pause in a recording may be much longer than what is looked at, and is nothing anywhere. */
  if (point == NULL || (self->recorded && point->rx + point->tx <= 0))
    return time;
  return begin ? point->time - point->duration : point->time;
}

static void
select_between (SluiceTrafficChart *self,
                gint64              one,
                gint64              other)
{
  SluiceChartSpan span = { edge_of (self, MIN (one, other), TRUE), edge_of (self, MAX (one, other), FALSE) };

  if (self->selected && self->selection.from == span.from && self->selection.to == span.to)
    return;
  sluice_traffic_chart_set_pin (self, NULL);
  self->selected = TRUE;
  self->selection = span;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit_by_name (self, "selection-changed");
}

/* Lets go what time has carried out of the view. */
void
sluice_traffic_chart_drop_old (SluiceTrafficChart *self)
{
  const gint64 left = self->view_end - self->span;

  if (self->pinned && self->pin.to < left)
    sluice_traffic_chart_set_pin (self, NULL);
  if (self->selected && !self->dragging && self->selection.to < left)
    drop_selection (self);
  if (self->cursor == SLUICE_CURSOR_KEYS && self->cursor_time < left)
    self->cursor = SLUICE_CURSOR_NONE;
}

/**
 * sluice_traffic_chart_let_go:
 * @self: a chart
 *
 * Lets go pin, selection and keyboard cursor.
 */
void
sluice_traffic_chart_let_go (SluiceTrafficChart *self)
{
  g_return_if_fail (SLUICE_IS_TRAFFIC_CHART (self));

  if (self->cursor == SLUICE_CURSOR_KEYS)
    {
      self->cursor = SLUICE_CURSOR_NONE;
      gtk_widget_queue_draw (GTK_WIDGET (self));
    }
  sluice_traffic_chart_set_pin (self, NULL);
  drop_selection (self);
}

static gint64
column_of (SluiceTrafficChart *self)
{
  return MAX (self->span / self->plot.width, 1);
}

/* The point under the cursor, or NULL where there is no cursor or no data. */
const SluicePoint *
sluice_traffic_chart_cursor_point (SluiceTrafficChart *self)
{
  switch (self->cursor)
    {
    case SLUICE_CURSOR_POINTER:
      return sluice_traffic_chart_point_at (self, sluice_traffic_chart_time_at (self, self->cursor_x));
    case SLUICE_CURSOR_KEYS:
      /* What a step has passed over. */
      return point_in (self, self->cursor_time, self->cursor_time - column_of (self), self->cursor_time);
    case SLUICE_CURSOR_NONE:
    default:
      return NULL;
    }
}

/* Pointer */

void
sluice_traffic_chart_press (SluiceTrafficChart *self,
                            double              x)
{
  self->anchor = sluice_traffic_chart_time_at (self, inside (self, x));
  self->dragging = FALSE;
}

void
sluice_traffic_chart_drag (SluiceTrafficChart *self,
                           double              from_x,
                           double              to_x)
{
  if (!self->dragging && ABS (to_x - from_x) < DRAG_THRESHOLD)
    return;
  self->dragging = TRUE;
  select_between (self, self->anchor, sluice_traffic_chart_time_at (self, inside (self, to_x)));
}

void
sluice_traffic_chart_release (SluiceTrafficChart *self,
                              double              x)
{
  const SluicePoint *point;

  if (self->dragging)
    {
      self->dragging = FALSE;
      return;
    }
  point = sluice_traffic_chart_point_at (self, sluice_traffic_chart_time_at (self, inside (self, x)));
  /* A click on what is held lets it go. */
  if (self->selected)
    drop_selection (self);
  else if (point != NULL && self->pinned && self->pin.to == point->time)
    sluice_traffic_chart_set_pin (self, NULL);
  else
    sluice_traffic_chart_set_pin (self, point);
}

static void
drag_begin_cb (GtkGestureDrag     *gesture,
               double              x,
               double              y,
               SluiceTrafficChart *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  sluice_traffic_chart_press (self, x);
}

static void
drag_update_cb (GtkGestureDrag     *gesture,
                double              dx,
                double              dy,
                SluiceTrafficChart *self)
{
  double x;
  double y;

  if (gtk_gesture_drag_get_start_point (gesture, &x, &y))
    sluice_traffic_chart_drag (self, x, x + dx);
}

static void
drag_end_cb (GtkGestureDrag     *gesture,
             double              dx,
             double              dy,
             SluiceTrafficChart *self)
{
  double x;
  double y;

  if (gtk_gesture_drag_get_start_point (gesture, &x, &y))
    sluice_traffic_chart_release (self, x + dx);
}

static void
drag_cancel_cb (GtkGesture         *gesture,
                GdkEventSequence   *sequence,
                SluiceTrafficChart *self)
{
  self->dragging = FALSE;
}

static void
motion_cb (GtkEventControllerMotion *controller,
           double                    x,
           double                    y,
           SluiceTrafficChart       *self)
{
  const gboolean over = x >= self->plot.x && x <= self->plot.x + self->plot.width;

  if (!over && self->cursor != SLUICE_CURSOR_POINTER)
    return;
  if (over && self->cursor == SLUICE_CURSOR_POINTER && self->cursor_x == x)
    return;
  self->cursor = over ? SLUICE_CURSOR_POINTER : SLUICE_CURSOR_NONE;
  self->cursor_x = x;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
leave_cb (GtkEventControllerMotion *controller,
          SluiceTrafficChart       *self)
{
  if (self->cursor != SLUICE_CURSOR_POINTER)
    return;
  self->cursor = SLUICE_CURSOR_NONE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* Keys */

/* The points that lie in view; FALSE where there are none. */
static gboolean
points_in_view (SluiceTrafficChart *self,
                guint              *first_out,
                guint              *last_out)
{
  const guint length = self->series != NULL ? sluice_series_get_length (self->series) : 0;
  guint first;
  guint end;

  if (length == 0)
    return FALSE;
  first = sluice_series_find (self->series, self->view_end - self->span);
  end = sluice_series_find (self->series, self->view_end);
  if (first >= end)
    return FALSE;
  *first_out = first;
  *last_out = end - 1;
  return TRUE;
}

/* The next point from @index on, or the last one of the next column where many share one. */
static guint
step_from (SluiceTrafficChart *self,
           guint               index,
           gboolean            back,
           guint               first,
           guint               last)
{
  const gint64 start = sluice_series_get_point (self->series, index)->time;
  const guint end = back ? first : last;
  guint at = index;

  while (at != end)
    {
      const guint next = back ? at - 1 : at + 1;

      if (at != index && ABS (sluice_series_get_point (self->series, next)->time - start) > column_of (self))
        break;
      at = next;
    }
  return at;
}

/* Where the keyboard cursor goes on from: where it is, or else the pin, or the newest point; FALSE for that one. */
static gboolean
cursor_origin (SluiceTrafficChart *self,
               guint               first,
               guint               last,
               guint              *index_out)
{
  const SluicePoint *point = NULL;

  if (self->cursor == SLUICE_CURSOR_KEYS)
    point = sluice_traffic_chart_point_ending (self, self->cursor_time);
  else
    point = sluice_traffic_chart_cursor_point (self);
  if (point == NULL && self->pinned)
    point = sluice_traffic_chart_point_ending (self, self->pin.to);
  *index_out = point != NULL ? CLAMP (sluice_series_find (self->series, point->time - 1), first, last) : last;
  return point != NULL;
}

static void
move_cursor (SluiceTrafficChart *self,
             int                 steps,
             gboolean            to_end,
             gboolean            select)
{
  const gboolean back = steps < 0;
  guint first;
  guint last;
  guint index;

  if (!points_in_view (self, &first, &last))
    return;
  /* The first step is that to the newest point. */
  if (!cursor_origin (self, first, last, &index))
    steps = MIN (steps + 1, 0);
  if (select && !self->selected)
    self->anchor = sluice_series_get_point (self->series, index)->time;
  for (int i = ABS (steps); i > 0; i--)
    index = step_from (self, index, back, first, last);
  if (to_end)
    index = back ? first : last;

  self->cursor = SLUICE_CURSOR_KEYS;
  self->cursor_time = sluice_series_get_point (self->series, index)->time;
  if (select)
    select_between (self, self->anchor, self->cursor_time);
  else
    drop_selection (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  sluice_traffic_chart_describe (self, TRUE);
}

static gboolean
escape (SluiceTrafficChart *self)
{
  if (!self->pinned && !self->selected && self->cursor != SLUICE_CURSOR_KEYS)
    return GDK_EVENT_PROPAGATE;
  sluice_traffic_chart_let_go (self);
  sluice_traffic_chart_describe (self, TRUE);
  return GDK_EVENT_STOP;
}

gboolean
sluice_traffic_chart_key (SluiceTrafficChart *self,
                          guint               keyval,
                          GdkModifierType     state)
{
  const gboolean select = (state & GDK_SHIFT_MASK) != 0;

  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  switch (keyval)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      move_cursor (self, -1, FALSE, select);
      return GDK_EVENT_STOP;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      move_cursor (self, 1, FALSE, select);
      return GDK_EVENT_STOP;
    case GDK_KEY_Page_Up:
    case GDK_KEY_Page_Down:
      move_cursor (self, keyval == GDK_KEY_Page_Up ? -10 : 10, FALSE, select);
      return GDK_EVENT_STOP;
    case GDK_KEY_Home:
    case GDK_KEY_KP_Home:
      move_cursor (self, -1, TRUE, select);
      return GDK_EVENT_STOP;
    case GDK_KEY_End:
    case GDK_KEY_KP_End:
      move_cursor (self, 1, TRUE, select);
      return GDK_EVENT_STOP;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_space:
      {
        const SluicePoint *point = sluice_traffic_chart_cursor_point (self);

        if (point == NULL && !self->pinned)
          return GDK_EVENT_PROPAGATE;
        /* Enter on the pin lets it go. */
        if (point != NULL && self->pinned && self->pin.to == point->time)
          point = NULL;
        sluice_traffic_chart_set_pin (self, point);
        return GDK_EVENT_STOP;
      }
    case GDK_KEY_Escape:
      return escape (self);
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static gboolean
key_cb (GtkEventControllerKey *controller,
        guint                  keyval,
        guint                  keycode,
        GdkModifierType        state,
        SluiceTrafficChart    *self)
{
  return sluice_traffic_chart_key (self, keyval, state);
}

static void
focus_cb (SluiceTrafficChart *self)
{
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
sluice_traffic_chart_add_input (SluiceTrafficChart *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *key = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  g_signal_connect (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self);
  g_signal_connect (drag, "drag-update", G_CALLBACK (drag_update_cb), self);
  g_signal_connect (drag, "drag-end", G_CALLBACK (drag_end_cb), self);
  g_signal_connect (drag, "cancel", G_CALLBACK (drag_cancel_cb), self);
  g_signal_connect (motion, "enter", G_CALLBACK (motion_cb), self);
  g_signal_connect (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect (motion, "leave", G_CALLBACK (leave_cb), self);
  g_signal_connect (key, "key-pressed", G_CALLBACK (key_cb), self);
  g_signal_connect_swapped (focus, "enter", G_CALLBACK (focus_cb), self);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (focus_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  gtk_widget_add_controller (GTK_WIDGET (self), key);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
}

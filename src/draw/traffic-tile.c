#include "draw/traffic-tile.h"

#include <math.h>
#include <string.h>

/* Where a point that lasted for weeks begins, logical pixels: far outside, yet within what Cairo can count. */
#define FAR_AWAY 1e6
/* Columns drawn again before a strip, so that its first line joins the last one of what stands. */
#define STRIP_OVERLAP 4

/* One corner of an outline: in a column that holds many points, the largest and the least of them. */
typedef struct
{
  double x;
  double high;
  double low;
  gboolean begins;
} Vertex;

struct _SluiceTrafficTile
{
  SluiceTrafficShape shape;
  SluiceTrafficStack stack; /* its series are to be compared, not to be looked into but while drawing */
  cairo_surface_t *surface;
  cairo_pattern_t *hatch;
  cairo_pattern_t *patterns[SLUICE_TRAFFIC_LAYERS_MAX]; /* by part */
  GArray *vertices;
  const SluiceSeries *series; /* to compare, not to look into */
  guint64 serial;             /* of the series when it was drawn last */
  gint64 drawn_to;            /* where the newest point drawn ends */
  gint64 first;               /* the column of time at the left end */
  int n_columns;              /* of the surface, device pixels */
};

/**
 * sluice_traffic_tile_new:
 *
 * Returns: (transfer full): a tile that shows nothing yet
 */
SluiceTrafficTile *
sluice_traffic_tile_new (void)
{
  SluiceTrafficTile *self = g_new0 (SluiceTrafficTile, 1);

  self->vertices = g_array_new (FALSE, FALSE, sizeof (Vertex));
  return self;
}

void
sluice_traffic_tile_free (SluiceTrafficTile *self)
{
  g_clear_pointer (&self->surface, cairo_surface_destroy);
  g_clear_pointer (&self->hatch, cairo_pattern_destroy);
  for (guint i = 0; i < SLUICE_TRAFFIC_LAYERS_MAX; i++)
    g_clear_pointer (&self->patterns[i], cairo_pattern_destroy);
  g_array_unref (self->vertices);
  g_free (self);
}

/**
 * sluice_traffic_shape_column:
 * @shape: a shape
 *
 * Returns: the time that one device pixel stands for, µs
 */
double
sluice_traffic_shape_column (const SluiceTrafficShape *shape)
{
  return (double) shape->span / ((double) shape->width * shape->scale);
}

static gint64
column_of (const SluiceTrafficShape *shape,
           gint64                    time)
{
  return (gint64) floor (time / sluice_traffic_shape_column (shape));
}

static gboolean
shape_equal (const SluiceTrafficShape *a,
             const SluiceTrafficShape *b)
{
  return a->palette == b->palette && a->width == b->width && a->height == b->height && a->axis == b->axis
         && a->scale == b->scale && a->span == b->span && memcmp (a->maximum, b->maximum, sizeof a->maximum) == 0
         && a->shown[0] == b->shown[0] && a->shown[1] == b->shown[1] && a->stepped == b->stepped;
}

static gboolean
stack_equal (const SluiceTrafficStack *a,
             const SluiceTrafficStack *b)
{
  if (a->stacked != b->stacked || a->n_layers != b->n_layers)
    return FALSE;
  for (guint i = 0; i < a->n_layers; i++)
    if (a->layers[i].series != b->layers[i].series || a->layers[i].part != b->layers[i].part)
      return FALSE;
  return TRUE;
}

/* Outline */

/* The column that is being gathered, while points are shorter than a column. */
typedef struct
{
  gint64 column;
  double high;
  double low;
  gboolean open;
  gboolean begins;
  gboolean steps; /* no slope leads to it */
} Column;

static double
x_of (const SluiceTrafficTile *self,
      gint64                   time)
{
  const double x = (time / sluice_traffic_shape_column (&self->shape) - self->first) / self->shape.scale;

  return CLAMP (x, -FAR_AWAY, FAR_AWAY);
}

static void
add_vertex (SluiceTrafficTile *self,
            double             x,
            double             high,
            double             low,
            gboolean           begins)
{
  Vertex vertex = { x, high, low, begins };

  g_array_append_val (self->vertices, vertex);
}

/* A vertical edge at @x: what stands before it goes no further. */
static void
add_edge (SluiceTrafficTile *self,
          double             x,
          double             high,
          double             low,
          gboolean           begins)
{
  for (guint i = self->vertices->len; i-- > 0 && !begins;)
    {
      Vertex *vertex = &g_array_index (self->vertices, Vertex, i);

      if (vertex->x <= x)
        break;
      vertex->x = x;
      if (vertex->begins)
        break;
    }
  add_vertex (self, x, high, low, begins);
}

static void
flush_column (SluiceTrafficTile *self,
              Column            *column,
              gboolean           ends)
{
  const double left = (double) (column->column - self->first) / self->shape.scale;
  const double width = 1.0 / self->shape.scale;

  if (!column->open)
    return;
  if (column->begins || column->steps)
    add_edge (self, left, column->high, column->low, column->begins);
  add_vertex (self, left + width / 2, column->high, column->low, FALSE);
  if (ends)
    add_vertex (self, left + width, column->high, column->low, FALSE);
  *column = (Column){ 0 };
}

/* A point as it is drawn. */
typedef struct
{
  gint64 begin;
  gint64 end;
  double value;
  gboolean begins; /* a run, after a gap */
  gboolean steps;  /* no slope leads to it from the one before */
} Stretch;

/* A slope says that the one went over into the other within a point's time. Where they are not of one length it would
 * draw traffic that never was: a pause of a minute is no slow decline. A tick that is a little late makes no step. */
static gboolean
is_even (const Stretch *one,
         const Stretch *other)
{
  const gint64 a = one->end - one->begin;
  const gint64 b = other->end - other->begin;

  return MAX (a, b) - MIN (a, b) <= MIN (a, b) / 2;
}

static void
add_short (SluiceTrafficTile *self,
           Column            *column,
           const Stretch     *stretch,
           const Stretch     *before)
{
  const gint64 at = column_of (&self->shape, stretch->end - 1);

  if (column->open && column->column != at)
    flush_column (self, column, stretch->steps);
  if (!column->open)
    *column = (Column){ .column = at, .high = stretch->value, .low = stretch->value, .open = TRUE,
                        .begins = stretch->begins, .steps = stretch->steps };
  /* What reaches into its column from the left is there, too. */
  if (stretch->steps && !stretch->begins && column_of (&self->shape, before->end - 1) == at)
    column->low = MIN (column->low, before->value);
  column->high = MAX (column->high, stretch->value);
  column->low = MIN (column->low, stretch->value);
}

static void
add_long (SluiceTrafficTile *self,
          Column            *column,
          const Stretch     *stretch)
{
  double from = x_of (self, stretch->begin);

  if (column->open && stretch->steps && column_of (&self->shape, stretch->begin) == column->column)
    column->low = MIN (column->low, stretch->value);
  flush_column (self, column, stretch->steps);
  /* A column of short points is whole: it begins where that ends. */
  if (!stretch->begins && self->vertices->len > 0)
    from = MAX (from, g_array_index (self->vertices, Vertex, self->vertices->len - 1).x);
  if (stretch->begins || stretch->steps)
    add_vertex (self, from, stretch->value, stretch->value, stretch->begins);
  add_vertex (self, MAX (x_of (self, stretch->end), from), stretch->value, stretch->value, FALSE);
}

static void
read_stretch (Stretch           *stretch,
              const SluicePoint *point,
              guint              direction,
              const Stretch     *before,
              gboolean           stepped)
{
  const double rate = direction == 0 ? point->rx : point->tx;

  stretch->begin = point->time - point->duration;
  stretch->end = point->time;
  /* What is no number is nothing. */
  stretch->value = rate > 0 ? rate : 0;
  /* A tick is never quite on time; that is no gap. */
  stretch->begins = before->end == G_MININT64 || stretch->begin - before->end > point->duration / 8;
  stretch->steps = !stretch->begins && (stepped || !is_even (before, stretch));
}

/* Collects the outline of one direction as far as it touches the columns from @from on. */
static void
collect (SluiceTrafficTile  *self,
         const SluiceSeries *series,
         guint               direction,
         int                 from)
{
  const double per_column = sluice_traffic_shape_column (&self->shape);
  const gint64 from_time = (gint64) floor ((self->first + from - 1) * per_column);
  const gint64 to_time = (gint64) ceil ((self->first + self->n_columns) * per_column);
  const guint length = sluice_series_get_length (series);
  guint index = sluice_series_find (series, from_time);
  Stretch before = { .begin = G_MININT64, .end = G_MININT64 };
  Column column = { 0 };

  g_array_set_size (self->vertices, 0);
  /* A line comes in from outside. */
  for (index = index > 1 ? index - 2 : 0; index < length && before.begin <= to_time; index++)
    {
      const SluicePoint *point = sluice_series_get_point (series, index);
      Stretch stretch;

      read_stretch (&stretch, point, direction, &before, self->shape.stepped);
      if (stretch.begins)
        flush_column (self, &column, TRUE);
      if (point->duration * 2 <= per_column)
        add_short (self, &column, &stretch, &before);
      else
        add_long (self, &column, &stretch);
      before = stretch;
    }
  flush_column (self, &column, TRUE);
}

/* Drawing */

static double
y_of (const SluiceTrafficShape *shape,
      guint                     direction,
      double                    half,
      double                    value)
{
  const double part = CLAMP (value / shape->maximum[direction], 0.0, 1.0);

  /* The zero lines lie beside the axis, one on each side of it. */
  if (direction == 0)
    return shape->axis - half - part * MAX (shape->axis - 2 * half, 0);
  return shape->axis + 1 + half + part * MAX (shape->height - shape->axis - 1 - 2 * half, 0);
}

/* Appends every run's outline as a path; with @closed, down to the axis. Returns whether high and low ever differ. */
static gboolean
trace (SluiceTrafficTile *self,
       cairo_t           *cr,
       guint              direction,
       gboolean           low,
       gboolean           closed)
{
  const Vertex *vertices = (const Vertex *) (gpointer) self->vertices->data;
  const double ground = direction == 0 ? self->shape.axis : self->shape.axis + 1;
  /* A layer of nothing is no layer, not even as thin as half of a line. */
  const double half = self->stack.stacked ? (closed ? 0 : 0.5) : self->shape.palette->line_width / 2;
  const guint n = self->vertices->len;
  gboolean differ = FALSE;

  cairo_new_path (cr);
  for (guint i = 0; i < n; i++)
    {
      const Vertex *vertex = &vertices[i];
      double y = y_of (&self->shape, direction, half, low ? vertex->low : vertex->high);

      differ = differ || vertex->low < vertex->high;
      if (vertex->begins && closed)
        {
          cairo_move_to (cr, vertex->x, ground);
          cairo_line_to (cr, vertex->x, y);
        }
      else if (vertex->begins)
        cairo_move_to (cr, vertex->x, y);
      else
        cairo_line_to (cr, vertex->x, y);
      if (closed && (i + 1 == n || vertices[i + 1].begins))
        {
          cairo_line_to (cr, vertex->x, ground);
          cairo_close_path (cr);
        }
    }
  return differ;
}

static cairo_pattern_t *
make_gradient (const SluiceTrafficShape *shape,
               guint                     direction,
               double                    strength)
{
  const SluicePalette *palette = shape->palette;
  const SluiceColor *fill = &palette->fill[direction];
  cairo_pattern_t *gradient = cairo_pattern_create_linear (0, shape->axis, 0, direction == 0 ? 0 : shape->height);

  cairo_pattern_add_color_stop_rgba (gradient, 0, fill->red, fill->green, fill->blue, palette->fill_near * strength);
  cairo_pattern_add_color_stop_rgba (gradient, 1, fill->red, fill->green, fill->blue, palette->fill_far * strength);
  return gradient;
}

static void
draw_direction (SluiceTrafficTile *self,
                cairo_t           *cr,
                guint              direction)
{
  const SluicePalette *palette = self->shape.palette;
  cairo_pattern_t *gradient = make_gradient (&self->shape, direction, 1.0);
  gboolean differ = trace (self, cr, direction, FALSE, TRUE);

  cairo_set_source (cr, gradient);
  if (direction == 1)
    {
      cairo_fill_preserve (cr);
      cairo_set_source (cr, self->hatch);
    }
  cairo_fill (cr);

  if (differ)
    {
      /* What was never fallen below stands out from what was only reached. */
      trace (self, cr, direction, TRUE, TRUE);
      cairo_set_source (cr, gradient);
      cairo_fill (cr);
    }
  cairo_pattern_destroy (gradient);

  trace (self, cr, direction, FALSE, FALSE);
  sluice_color_set (&palette->line[direction], cr);
  cairo_set_line_width (cr, differ ? MAX (palette->line_width * 0.75, 1.0) : palette->line_width);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_BUTT);
  cairo_stroke (cr);
}

/* From the whole down to the lowest layer: each leaves of the one before what it does not reach itself. */
static void
draw_stack (SluiceTrafficTile  *self,
            cairo_t            *cr,
            const SluiceSeries *series,
            guint               direction,
            int                 from)
{
  const SluicePalette *palette = self->shape.palette;

  collect (self, series, direction, from);
  trace (self, cr, direction, FALSE, TRUE);
  sluice_part_fill (palette, SLUICE_PART_OTHER, NULL, cr);
  trace (self, cr, direction, FALSE, FALSE);
  sluice_color_set (&palette->dim, cr);
  cairo_set_line_width (cr, 1.0);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_stroke (cr);
  for (guint i = self->stack.n_layers; i-- > 0;)
    {
      const SluiceTrafficLayer *layer = &self->stack.layers[i];

      collect (self, layer->series, direction, from);
      trace (self, cr, direction, FALSE, TRUE);
      sluice_part_fill (palette, layer->part, self->patterns[layer->part], cr);
    }
}

static void
render (SluiceTrafficTile  *self,
        const SluiceSeries *series,
        int                 from)
{
  const SluiceTrafficShape *shape = &self->shape;
  cairo_t *cr = cairo_create (self->surface);

  from = CLAMP (from, 0, self->n_columns);
  cairo_rectangle (cr,
                   (double) from / shape->scale,
                   0,
                   (double) (self->n_columns - from) / shape->scale,
                   shape->height);
  cairo_clip (cr);
  cairo_set_operator (cr, CAIRO_OPERATOR_CLEAR);
  cairo_paint (cr);
  cairo_set_operator (cr, CAIRO_OPERATOR_OVER);
  for (guint direction = 0; direction < 2; direction++)
    if (shape->shown[direction] && self->stack.stacked)
      draw_stack (self, cr, series, direction, from);
    else if (shape->shown[direction])
      {
        collect (self, series, direction, from);
        draw_direction (self, cr, direction);
      }
  cairo_destroy (cr);
}

static void
take_shape (SluiceTrafficTile        *self,
            const SluiceTrafficShape *shape)
{
  const int view = shape->width * shape->scale;

  self->shape = *shape;
  self->n_columns = view + MAX (view / 5, 64);
  g_clear_pointer (&self->surface, cairo_surface_destroy);
  g_clear_pointer (&self->hatch, cairo_pattern_destroy);
  self->surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, self->n_columns, shape->height * shape->scale);
  cairo_surface_set_device_scale (self->surface, shape->scale, shape->scale);
  self->hatch = sluice_part_make_hatch (shape->palette, shape->scale);
  for (guint i = 0; i < SLUICE_TRAFFIC_LAYERS_MAX; i++)
    {
      g_clear_pointer (&self->patterns[i], cairo_pattern_destroy);
      self->patterns[i] = sluice_part_make_pattern (shape->palette, i, shape->scale);
    }
}

/**
 * sluice_traffic_tile_update:
 * @self: a tile
 * @shape: what it is to look like
 * @series: what it is to show
 * @stack: (nullable): what @series is made up of; each layer's series ends where @series does
 * @view_end: boot-time clock at the right end of the view, µs
 *
 * Draws what the view needs and is not there yet.
 *
 * Returns: whether the surface is another or has other pixels
 */
gboolean
sluice_traffic_tile_update (SluiceTrafficTile        *self,
                            const SluiceTrafficShape *shape,
                            const SluiceSeries       *series,
                            const SluiceTrafficStack *stack,
                            gint64                    view_end)
{
  static const SluiceTrafficStack plain;
  const gint64 end = column_of (shape, view_end);
  const gint64 begin = end - (gint64) shape->width * shape->scale;
  const SluicePoint *last = sluice_series_get_last (series);
  const guint64 serial = sluice_series_get_serial (series);
  const gint64 period = SLUICE_PART_PERIOD * shape->scale;
  const gboolean same = self->surface != NULL && self->series == series && shape_equal (&self->shape, shape)
                        && stack_equal (&self->stack, stack != NULL ? stack : &plain);
  int from = 0;

  if (same && begin >= self->first && end <= self->first + self->n_columns)
    {
      if (serial == self->serial || end < column_of (shape, self->drawn_to))
        return FALSE;
      /* A first point may have become a part of what came after it. */
      if (sluice_series_get_length (series) > 1)
        from = (int) MAX (column_of (shape, self->drawn_to) - self->first - STRIP_OVERLAP * shape->scale, 0);
    }
  else
    {
      if (!same)
        take_shape (self, shape);
      /* A whole number of hatches, so that they stay where they are. */
      self->first = (gint64) floor ((double) begin / period) * period;
    }

  self->stack = stack != NULL ? *stack : plain;
  self->series = series;
  self->serial = serial;
  self->drawn_to = last != NULL ? last->time : G_MININT64 / 2;
  render (self, series, from);
  return TRUE;
}

/**
 * sluice_traffic_tile_get_surface:
 * @self: a tile that was updated
 *
 * Returns: (transfer none): its surface
 */
cairo_surface_t *
sluice_traffic_tile_get_surface (SluiceTrafficTile *self)
{
  return self->surface;
}

/**
 * sluice_traffic_tile_get_offset:
 * @self: a tile that was updated for @view_end
 * @view_end: boot-time clock at the right end of the view, µs
 *
 * Returns: how many device pixels of the surface lie left of the view
 */
int
sluice_traffic_tile_get_offset (const SluiceTrafficTile *self,
                                gint64                   view_end)
{
  return (int) (column_of (&self->shape, view_end) - (gint64) self->shape.width * self->shape.scale - self->first);
}

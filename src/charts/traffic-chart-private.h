#pragma once

#include "charts/traffic-chart.h"
#include "draw/scale.h"
#include "draw/traffic-frame.h"
#include "draw/traffic-tile.h"

G_BEGIN_DECLS

/* A stretch of time, boot-time clock, µs. */
typedef struct
{
  gint64 from;
  gint64 to;
} SluiceChartSpan;

typedef enum
{
  SLUICE_CURSOR_NONE,
  SLUICE_CURSOR_POINTER, /* stays where the pointer is while time goes on */
  SLUICE_CURSOR_KEYS,    /* stays at its moment and goes left with it */
} SluiceCursorKind;

struct _SluiceTrafficChart
{
  GtkWidget parent;

  SluiceSeries *series;
  SluiceTrafficStack stack; /* holds references */
  gint64 span;
  SluiceRateUnit unit;
  SluiceChartDirections directions;
  gboolean compact;
  gboolean paused;
  gboolean recorded; /* time stands still, and is µs since 1970 */
  SluiceChartReadout readout;
  gpointer readout_data;
  GDestroyNotify readout_destroy;

  /* Time */
  gint64 delay;        /* how far the right end lies behind the clock, so that the newest point can slide in */
  gint64 view_end;     /* what the right end showed last; goes back only with another series */
  gint64 told_end;     /* of the view when "view-changed" went out */
  gint64 told_span;
  gint64 described_at; /* monotonic clock of the last description for assistive technology */
  guint tick;
  GdkSurface *surface; /* whose state is watched while realized */

  /* Picture */
  SluiceScale scales[2];
  double peaks[2]; /* in view */
  const SluicePalette *palette; /* NULL: ask the style */
  SluiceTrafficFrame frame;
  SluiceTrafficPlot plot;
  GskRenderNode *frame_node; /* NULL: to be drawn */
  GskRenderNode *key_node;
  SluiceTrafficTile *tile;

  /* Hand */
  SluiceCursorKind cursor;
  double cursor_x;
  gint64 cursor_time;
  gboolean pinned;
  SluiceChartSpan pin;
  gboolean selected;
  SluiceChartSpan selection;
  gint64 anchor; /* where the selection was begun */
  gboolean dragging;
};

gint64   sluice_traffic_chart_now            (void);
gint64   sluice_traffic_chart_time_at        (SluiceTrafficChart *self,
                                              double              x);
double   sluice_traffic_chart_x_of           (SluiceTrafficChart *self,
                                              gint64              time);
const SluicePoint *
         sluice_traffic_chart_point_at       (SluiceTrafficChart *self,
                                              gint64              time);
const SluicePoint *
         sluice_traffic_chart_point_ending   (SluiceTrafficChart *self,
                                              gint64              time);
const SluicePoint *
         sluice_traffic_chart_cursor_point   (SluiceTrafficChart *self);
void     sluice_traffic_chart_reset_view     (SluiceTrafficChart *self);
gboolean sluice_traffic_chart_is_ticking     (SluiceTrafficChart *self);

/* traffic-chart-recorded.c */
char    *sluice_traffic_chart_recorded_when  (const SluicePoint  *point);

/* traffic-chart-stack.c */
void     sluice_traffic_chart_clear_stack    (SluiceTrafficChart *self);

/* traffic-chart-input.c */
void     sluice_traffic_chart_add_input      (SluiceTrafficChart *self);
void     sluice_traffic_chart_drop_old       (SluiceTrafficChart *self);
void     sluice_traffic_chart_set_pin        (SluiceTrafficChart *self,
                                              const SluicePoint  *point);
gboolean sluice_traffic_chart_key            (SluiceTrafficChart *self,
                                              guint               keyval,
                                              GdkModifierType     state);

/* traffic-chart-snapshot.c */
void     sluice_traffic_chart_snapshot       (GtkWidget          *widget,
                                              GtkSnapshot        *snapshot);
void     sluice_traffic_chart_place          (SluiceTrafficChart *self);

/* traffic-chart-words.c */
char    *sluice_traffic_chart_when           (SluiceTrafficChart *self,
                                              const SluicePoint  *point);
char    *sluice_traffic_chart_describe_point (SluiceTrafficChart *self,
                                              const SluicePoint  *point);
void     sluice_traffic_chart_describe       (SluiceTrafficChart *self,
                                              gboolean            at_once);

/* Pointer and keys that a test cannot press. */
void     sluice_traffic_chart_press          (SluiceTrafficChart *self,
                                              double              x);
void     sluice_traffic_chart_drag           (SluiceTrafficChart *self,
                                              double              from_x,
                                              double              to_x);
void     sluice_traffic_chart_release        (SluiceTrafficChart *self,
                                              double              x);

G_END_DECLS

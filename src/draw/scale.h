#pragma once

#include "model/units.h"

G_BEGIN_DECLS

/**
 * SluiceScale:
 * @maximum: the end of the axis, bytes/s
 * @below_since: when the peaks began to fit a smaller axis, µs; 0 while they do not
 *
 * The end of a rate axis: 1, 2 or 5 times a power of ten in the unit shown. Starts zeroed. Grows at once, so that
 * nothing is cut off; shrinks only after the peaks have been lower for a while, so that it does not jump to and fro.
 */
typedef struct
{
  double maximum;
  gint64 below_since;
} SluiceScale;

/* An axis is never shorter than this in bit/s: an idle line is no storm. */
#define SLUICE_SCALE_FLOOR_BITS 10e3
/* How long peaks must have been lower before the axis shrinks, µs. */
#define SLUICE_SCALE_PATIENCE (4 * G_USEC_PER_SEC)

/**
 * SluiceAxisUnit:
 * @per: bytes/s in one of the unit
 * @name: its translated name
 *
 * The one unit of an axis.
 */
typedef struct
{
  double per;
  const char *name;
} SluiceAxisUnit;

double   sluice_scale_nice_maximum (double          peak,
                                    SluiceRateUnit  unit);
gboolean sluice_scale_update       (SluiceScale    *self,
                                    double          peak,
                                    SluiceRateUnit  unit,
                                    gint64          now);
double   sluice_scale_step         (double          maximum,
                                    SluiceRateUnit  unit,
                                    guint           n_most);
void     sluice_scale_axis_unit    (double          maximum,
                                    SluiceRateUnit  unit,
                                    SluiceAxisUnit *axis_unit_out);
gint64   sluice_scale_time_step    (gint64          span,
                                    guint           n_most);

G_END_DECLS

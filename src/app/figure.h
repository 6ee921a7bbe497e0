#pragma once

#include <gtk/gtk.h>

#include "model/sample.h"
#include "model/units.h"

G_BEGIN_DECLS

/**
 * SluiceFigureValues:
 * @shown: what the big figure says, bytes/s
 * @caption: what that is ("now"), translated
 * @average: over the time spoken of, bytes/s
 * @peak: the highest point in it, bytes/s
 * @total: moved in it, bytes
 */
typedef struct
{
  double shown;
  const char *caption;
  double average;
  double peak;
  guint64 total;
} SluiceFigureValues;

#define SLUICE_TYPE_FIGURE (sluice_figure_get_type ())
/**
 * SluiceFigure:
 *
 * One direction in big figures. Pressed, only that direction is shown.
 */
G_DECLARE_FINAL_TYPE (SluiceFigure, sluice_figure, SLUICE, FIGURE, GtkToggleButton)

void sluice_figure_set_direction (SluiceFigure             *self,
                                  SluiceDirection           direction);
void sluice_figure_set_values    (SluiceFigure             *self,
                                  const SluiceFigureValues *values,
                                  SluiceUnits               units);

G_END_DECLS

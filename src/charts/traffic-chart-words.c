#include "sluice-config.h"

#include <glib/gi18n-lib.h>

#include "charts/traffic-chart-private.h"

/* How often assistive technology hears of it, µs. */
#define DESCRIBE_EVERY (5 * G_USEC_PER_SEC)

static char *
ago_text (gint64 ago)
{
  const int seconds = (int) ((MAX (ago, 0) + G_USEC_PER_SEC / 2) / G_USEC_PER_SEC);

  if (seconds < 100)
    /* Translators: how long ago a point of the chart was */
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%d s ago", "%d s ago", (gulong) seconds), seconds);
  if (seconds < 3600)
    /* Translators: minutes and seconds ago */
    return g_strdup_printf (_("%d min %02d s ago"), seconds / 60, seconds % 60);
  /* Translators: hours and minutes ago */
  return g_strdup_printf (_("%d h %02d min ago"), seconds / 3600, seconds / 60 % 60);
}

/* "14:32:07 · 12 s ago": clock and distance of a moment on the boot-time clock. */
static char *
live_when (gint64 time)
{
  const gint64 ago = sluice_traffic_chart_now () - time;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) then = g_date_time_add (now, -ago);
  g_autofree char *clock = g_date_time_format (then, "%T");
  g_autofree char *distance = ago_text (ago);

  /* Translators: a clock time, then how long ago that was */
  return g_strdup_printf (_("%s · %s"), clock, distance);
}

/* When a point was, in the time that the chart shows. */
char *
sluice_traffic_chart_when (SluiceTrafficChart *self,
                           const SluicePoint  *point)
{
  return self->recorded ? sluice_traffic_chart_recorded_when (point) : live_when (point->time);
}

char *
sluice_traffic_chart_describe_point (SluiceTrafficChart *self,
                                     const SluicePoint  *point)
{
  char download[SLUICE_UNITS_TEXT_MAX];
  char upload[SLUICE_UNITS_TEXT_MAX];
  g_autofree char *when = sluice_traffic_chart_when (self, point);

  sluice_units_format_rate (point->rx, self->unit, download);
  sluice_units_format_rate (point->tx, self->unit, upload);
  /* Translators: read out by screen readers: a moment, then two rates */
  return g_strdup_printf (_("%s: download %s, upload %s"), when, download, upload);
}

/* Says in words what is to be seen, every few seconds or @at_once; the point under a keyboard cursor first. */
void
sluice_traffic_chart_describe (SluiceTrafficChart *self,
                               gboolean            at_once)
{
  const gint64 now = g_get_monotonic_time ();
  const SluicePoint *last = self->series != NULL ? sluice_series_get_last (self->series) : NULL;
  const SluicePoint *point = self->cursor == SLUICE_CURSOR_KEYS ? sluice_traffic_chart_cursor_point (self) : NULL;
  char texts[4][SLUICE_UNITS_TEXT_MAX];
  g_autofree char *text = NULL;

  if (!at_once && self->described_at != 0 && now - self->described_at < DESCRIBE_EVERY)
    return;
  self->described_at = now;

  if (point != NULL)
    text = sluice_traffic_chart_describe_point (self, point);
  else if (last == NULL)
    text = g_strdup (_("No data yet"));
  else
    {
      sluice_units_format_rate (last->rx, self->unit, texts[0]);
      sluice_units_format_rate (last->tx, self->unit, texts[1]);
      sluice_units_format_rate (self->peaks[0], self->unit, texts[2]);
      sluice_units_format_rate (self->peaks[1], self->unit, texts[3]);
      /* Translators: read out by screen readers; each %s is a rate such as "24.1 Mbit/s" */
      text = g_strdup_printf (_("Download %s, upload %s; highest in view: download %s, upload %s"),
                              texts[0],
                              texts[1],
                              texts[2],
                              texts[3]);
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
}

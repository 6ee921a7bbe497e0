#include "app/breakdown-view.h"

#include "sluice-config.h"

#include <glib/gi18n-lib.h>
#include <unistd.h>

#include "app/host-words.h"
#include "model/stack.h"

/* The lines of the chart's read-out. */
#define N_READOUT 3

struct _SluiceBreakdownView
{
  SluiceLiveModel *model;
  SluiceTrafficChart *chart; /* not owned: it is the one who asks */
  SluiceHostNames *names;
  SluiceStack *stack;
  SluiceBreakdown by;
  gboolean recorded; /* there are no programs */
  gboolean stacked;
  gboolean holds;
};

/**
 * sluice_breakdown_view_new:
 * @model: what is shown
 * @chart: where; must live as long as the view
 * @names: (nullable): who asks for names of hosts
 *
 * Returns: (transfer full): a view that shows the total
 */
SluiceBreakdownView *
sluice_breakdown_view_new (SluiceLiveModel    *model,
                           SluiceTrafficChart *chart,
                           SluiceHostNames    *names)
{
  SluiceBreakdownView *self = g_new0 (SluiceBreakdownView, 1);

  self->model = g_object_ref (model);
  self->chart = chart;
  self->names = names != NULL ? g_object_ref (names) : NULL;
  self->stack = sluice_stack_new ();
  return self;
}

static void
set_holds (SluiceBreakdownView *self,
           gboolean             holds)
{
  SluiceEngine *engine = sluice_live_model_get_engine (self->model);

  if (self->holds == holds)
    return;
  self->holds = holds;
  if (engine != NULL && holds)
    sluice_engine_hold_connections (engine);
  else if (engine != NULL)
    sluice_engine_release_connections (engine);
}

void
sluice_breakdown_view_free (SluiceBreakdownView *self)
{
  set_holds (self, FALSE);
  g_clear_pointer (&self->stack, sluice_stack_free);
  g_clear_object (&self->names);
  g_clear_object (&self->model);
  g_free (self);
}

/**
 * sluice_breakdown_view_set_kind:
 * @self: a view
 * @kind: "total", "program", "protocol" or "host", as the setting has it
 *
 * Shows the chart by something else from sluice_breakdown_view_update() on.
 */
void
sluice_breakdown_view_set_kind (SluiceBreakdownView *self,
                                const char          *kind)
{
  static const char *const kinds[SLUICE_N_BREAKDOWNS] = { "program", "protocol", "host" };

  self->by = self->recorded ? SLUICE_BY_HOST : SLUICE_BY_PROGRAM;
  self->stacked = FALSE;
  for (guint i = 0; i < SLUICE_N_BREAKDOWNS; i++)
    if (g_str_equal (kind, kinds[i]))
      {
        self->by = i;
        self->stacked = TRUE;
      }
  set_holds (self, self->by != SLUICE_BY_PROGRAM);
  if (!self->stacked)
    sluice_traffic_chart_set_stack (self->chart, NULL);
}

/**
 * sluice_breakdown_view_set_recorded:
 * @self: a view
 *
 * Tells that the model is a recording's, where there are no programs: the total is listed by host.
 */
void
sluice_breakdown_view_set_recorded (SluiceBreakdownView *self)
{
  self->recorded = TRUE;
}

/**
 * sluice_breakdown_view_get_by:
 * @self: a view
 *
 * Returns: what lists and read-outs tell apart: programs, where the chart shows the total of what happens now
 */
SluiceBreakdown
sluice_breakdown_view_get_by (SluiceBreakdownView *self)
{
  return self->by;
}

/**
 * sluice_breakdown_view_is_stacked:
 * @self: a view
 *
 * Returns: whether the chart shows parts
 */
gboolean
sluice_breakdown_view_is_stacked (SluiceBreakdownView *self)
{
  return self->stacked;
}

static SluiceTimeline *
get_timeline (SluiceBreakdownView *self)
{
  return sluice_live_model_get_timeline (self->model, self->by);
}

/**
 * sluice_breakdown_view_update:
 * @self: a view
 * @from: begin of what the chart shows, boot-time clock, µs
 * @to: its end
 *
 * Gives the chart the parts that are largest in view, with what came last.
 */
void
sluice_breakdown_view_update (SluiceBreakdownView *self,
                              gint64               from,
                              gint64               to)
{
  SluiceInterfaceItem *scope = sluice_live_model_get_scope (self->model);
  SluiceTrafficStack stack = { .stacked = TRUE };

  if (!self->stacked)
    return;
  sluice_stack_update (self->stack, get_timeline (self), sluice_interface_item_get_instance (scope),
                       sluice_interface_item_get_series (scope), from, to);
  for (guint i = 0; i < SLUICE_STACK_PARTS; i++)
    if (sluice_stack_get_identity (self->stack, i) != NULL)
      stack.layers[stack.n_layers++] = (SluiceTrafficLayer){ sluice_stack_get_series (self->stack, i), i };
  sluice_traffic_chart_set_stack (self->chart, &stack);
}

/**
 * sluice_breakdown_view_find_part:
 * @self: a view
 * @identity: (nullable): of an entry of the timeline
 *
 * Returns: as which part the chart shows it, or %SLUICE_PART_OTHER
 */
guint
sluice_breakdown_view_find_part (SluiceBreakdownView *self,
                                 const char          *identity)
{
  const int part = self->stacked ? sluice_stack_find (self->stack, identity) : -1;

  return part >= 0 ? (guint) part : SLUICE_PART_OTHER;
}

/**
 * sluice_breakdown_name:
 * @entry: of a timeline
 * @names: (nullable): who asks for names of hosts
 *
 * Returns: (transfer full): what people call it
 */
char *
sluice_breakdown_name (const SluiceTimelineEntry *entry,
                       SluiceHostNames           *names)
{
  if (entry->program != NULL)
    return g_strdup (sluice_program_get_label (entry->program));
  if (entry->host == NULL && entry->identity == NULL)
    return g_strdup (_("Unattributed"));
  return sluice_host_words_name_part (entry->host, entry->protocol, names);
}

/**
 * sluice_breakdown_view_read_out:
 * @self: a view
 * @from: begin of a moment, boot-time clock, µs
 * @to: its end
 * @unit: how rates are written
 *
 * Returns: (transfer full): who led then, a line each
 */
char **
sluice_breakdown_view_read_out (SluiceBreakdownView *self,
                                gint64               from,
                                gint64               to,
                                SluiceRateUnit       unit)
{
  guint64 instance = sluice_interface_item_get_instance (sluice_live_model_get_scope (self->model));
  g_autoptr (GArray) top = sluice_timeline_top (get_timeline (self), from, to, instance, N_READOUT);
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
  char rate[SLUICE_UNITS_TEXT_MAX];

  for (guint i = 0; i < MIN (top->len, N_READOUT) && to > from; i++)
    {
      const SluiceTimelineEntry *entry = &g_array_index (top, SluiceTimelineEntry, i);
      g_autoptr (GString) rates = g_string_new (NULL);
      g_autofree char *name = sluice_breakdown_name (entry, self->names);
      g_autofree char *line = NULL;

      /* Which way it moved, as the figures above say it; a way on which nothing moved is left out. */
      for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
        if (entry->bytes[d] > 0)
          g_string_append_printf (
            rates, "%s%s %s", rates->len > 0 ? "  " : "", d == SLUICE_RX ? "▼" : "▲",
            sluice_units_format_rate ((double) entry->bytes[d] * G_USEC_PER_SEC / (to - from), unit, rate));
      /* Translators: a program, host or protocol and its rates */
      line = g_strdup_printf (C_("program and rate", "%s  %s"), name, rates->str);
      g_strv_builder_add (lines, line);
    }
  return g_strv_builder_end (lines);
}

/**
 * sluice_breakdown_describe_estimate:
 * @by: what is told apart: hosts or protocols
 * @mendable: whether an administrator could have packets captured here
 *
 * Returns: what has to be known of hosts or protocols where packets are not seen, one sentence
 */
const char *
sluice_breakdown_describe_estimate (SluiceBreakdown by,
                                    gboolean        mendable)
{
  if (by == SLUICE_BY_HOST && mendable)
    return _("Estimated from TCP connections since this view was chosen; capturing packets, which takes an "
              "administrator, shows every host and its name.");
  if (by == SLUICE_BY_HOST)
    return _("Estimated from TCP connections since this view was chosen, as packets cannot be captured here.");
  if (mendable)
    return _("Estimated from the ports of TCP connections since this view was chosen; capturing packets, which takes "
              "an administrator, recognises every protocol.");
  return _("Estimated from the ports of TCP connections since this view was chosen, as packets cannot be captured "
            "here.");
}

/**
 * sluice_breakdown_view_get_note:
 * @self: a view
 *
 * Returns: (nullable): what has to be known of what is shown: where hosts and protocols come from, and which way is
 *   which in a recording, whose packets do not say it
 */
const char *
sluice_breakdown_view_get_note (SluiceBreakdownView *self)
{
  SluiceSample *latest = sluice_live_model_get_latest (self->model);

  if (self->recorded)
    return _("Upload is what this computer and private networks sent. Between two of those, and between two of "
              "neither, it is what the side that spoke first sent.");
  if (self->by == SLUICE_BY_PROGRAM || latest == NULL || latest->has_hosts)
    return NULL;
  /* Whom an administrator's rights do not help is told of none: root, and everyone inside Flatpak. */
  return sluice_breakdown_describe_estimate (self->by, geteuid () != 0
                                                         && !g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS));
}

/**
 * sluice_breakdown_view_get_heading:
 * @self: a view
 * @held: whether one moment or span is spoken of, not all that is in view
 *
 * Returns: what stands over the list
 */
const char *
sluice_breakdown_view_get_heading (SluiceBreakdownView *self,
                                   gboolean             held)
{
  switch (self->by)
    {
    case SLUICE_BY_PROTOCOL:
      return held ? _("Top protocols at that time") : _("Top protocols in view");
    case SLUICE_BY_HOST:
      return held ? _("Top hosts at that time") : _("Top hosts in view");
    case SLUICE_BY_PROGRAM:
    case SLUICE_N_BREAKDOWNS:
    default:
      return held ? _("Top programs at that time") : _("Top programs in view");
    }
}

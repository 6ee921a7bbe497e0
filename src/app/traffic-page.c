#include "app/traffic-page.h"

#include "sluice-config.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "app/breakdown-view.h"
#include "app/compat.h"
#include "app/figure.h"
#include "app/settings.h"
#include "app/top-programs.h"
#include "app/width-layout.h"
#include "charts/traffic-chart.h"

/* Below this there is room for one column only, in characters: a larger font needs more pixels. */
#define NARROW_CHARACTERS 85
#define SENTENCE_CHARACTERS 118 /* below this the sentence has no room beside what can be chosen */
/* Below this, as with large text on a small screen, figures are smaller and stand one above the other. */
#define TIGHT_CHARACTERS 42

typedef enum
{
  MOMENT_LIVE,
  MOMENT_PAUSED,
  MOMENT_PINNED,
  MOMENT_SELECTED,
  MOMENT_RECORDED,
} MomentKind;

/* The time that the page speaks of, boot-time clock, of a recording since 1970, µs. */
typedef struct
{
  MomentKind kind;
  gint64 from;
  gint64 to;
} Moment;

struct _SluiceTrafficPage
{
  AdwBin parent_instance;

  SluiceLiveModel *model;
  GSettings *settings;
  SluiceBreakdownView *view;
  GSimpleActionGroup *actions;
  SluiceUnits units;
  char *failure;
  gboolean paused;
  guint speak_id;
  gint64 recorded[2]; /* from and to of a recording; 0: what is shown happens now */

  GtkStack *stack;
  GtkSpinner *spinner;
  AdwStatusPage *failed;
  GtkBox *figures;
  GtkBox *controls;
  GtkBox *choices;
  SluiceFigure *download;
  SluiceFigure *upload;
  SluiceTrafficChart *chart;
  GtkLabel *sentence;
  GtkWidget *let_go;
  GtkWidget *spans;
  GtkWidget *zooms;
  GtkWidget *programs;
  GtkLabel *note;
  GtkLabel *heading;
  SluiceTopPrograms *top;
};

G_DEFINE_FINAL_TYPE (SluiceTrafficPage, sluice_traffic_page, ADW_TYPE_BIN)

static Moment
find_moment (SluiceTrafficPage *self)
{
  Moment moment = { .kind = self->recorded[1] != 0 ? MOMENT_RECORDED : self->paused ? MOMENT_PAUSED : MOMENT_LIVE };
  const SluicePoint *last = sluice_series_get_last (
    sluice_interface_item_get_series (sluice_live_model_get_scope (self->model)));

  if (sluice_traffic_chart_get_selection (self->chart, &moment.from, &moment.to))
    moment.kind = MOMENT_SELECTED;
  else if (sluice_traffic_chart_get_pin (self->chart, &moment.from, &moment.to))
    moment.kind = MOMENT_PINNED;
  else
    sluice_traffic_chart_get_view (self->chart, &moment.from, &moment.to);

  /* The newest point slides into the picture only now; what is said of the last minute holds it already. */
  if (moment.kind == MOMENT_LIVE && last != NULL)
    moment.to = MAX (moment.to, last->time);
  return moment;
}

/* The clock on the wall at a moment of the model's clock, as the locale writes it. */
static char *
clock_text (SluiceTrafficPage *self,
            gint64             time,
            const char        *format)
{
  SluiceSample *latest = sluice_live_model_get_latest (self->model);
  gint64 wall = time + (latest != NULL ? latest->wall_time - latest->time : 0);
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_local (wall / G_USEC_PER_SEC);

  return date != NULL ? g_date_time_format (date, format) : g_strdup ("");
}

static char *
span_text (SluiceTrafficPage *self)
{
  guint minutes = g_settings_get_int (self->settings, "chart-span") / 60;

  if (minutes == 60)
    return g_strdup (_("In the last hour"));
  if (minutes == 1)
    return g_strdup (_("In the last minute"));
  return g_strdup_printf (ngettext ("In the last %u minute", "In the last %u minutes", minutes), minutes);
}

static char *
describe_moment (SluiceTrafficPage *self,
                 const Moment      *moment)
{
  const gboolean dated = self->recorded[1] != 0;
  g_autofree char *first_day = clock_text (self, moment->from, "%x");
  g_autofree char *last_day = clock_text (self, moment->to, "%x");
  g_autofree char *from = clock_text (self, moment->from, dated ? "%x %X" : "%X");
  g_autofree char *to = clock_text (self, moment->to, dated && !g_str_equal (first_day, last_day) ? "%x %X" : "%X");

  switch (moment->kind)
    {
    case MOMENT_PINNED:
      /* Translators: a time of day */
      return g_strdup_printf (_("At %s"), to);

    case MOMENT_SELECTED:
    case MOMENT_RECORDED:
      /* Translators: two times of day */
      return g_strdup_printf (_("%s – %s"), from, to);

    case MOMENT_PAUSED:
      return g_strdup_printf (_("Paused: %s – %s"), from, to);

    case MOMENT_LIVE:
    default:
      return span_text (self);
    }
}

/* What the big figure says: the last point of the time spoken of, or, for a span, what it averages. */
static double
shown_rate (SluiceTrafficPage         *self,
            const Moment              *moment,
            const SluiceSeriesSummary *summary,
            SluiceDirection            direction)
{
  SluiceSeries *series = sluice_interface_item_get_series (sluice_live_model_get_scope (self->model));
  const SluicePoint *point = sluice_series_get_last (series);
  SluiceSeriesSummary last;

  if (moment->kind == MOMENT_SELECTED || moment->kind == MOMENT_PINNED || moment->kind == MOMENT_RECORDED)
    return summary->average[direction];
  if (moment->kind == MOMENT_PAUSED)
    {
      sluice_series_summarise (series, moment->to - 1, moment->to, &last);
      return last.average[direction];
    }
  return point == NULL ? NAN : direction == SLUICE_RX ? point->rx : point->tx;
}

static void
update_figures (SluiceTrafficPage *self,
                const Moment      *moment)
{
  SluiceFigure *figures[] = { self->download, self->upload };
  const char *caption = _("now");
  SluiceSeriesSummary summary;

  if (moment->kind == MOMENT_SELECTED || moment->kind == MOMENT_RECORDED)
    caption = _("average");
  else if (moment->kind != MOMENT_LIVE)
    caption = _("then");

  sluice_series_summarise (sluice_interface_item_get_series (sluice_live_model_get_scope (self->model)), moment->from,
                           moment->to, &summary);
  for (guint i = 0; i < SLUICE_N_DIRECTIONS; i++)
    {
      SluiceFigureValues values = {
        .shown = shown_rate (self, moment, &summary, i),
        .caption = caption,
        /* Before anything is measured, nothing is known. */
        .average = summary.duration > 0 ? summary.average[i] : NAN,
        .peak = summary.duration > 0 ? summary.peak[i] : NAN,
        .total = summary.total[i],
      };

      sluice_figure_set_values (figures[i], &values, self->units);
    }
}

/* A label that is set measures the whole window anew, even to what it says already. */
static void
set_text (GtkLabel   *label,
          const char *text)
{
  if (!g_str_equal (gtk_label_get_text (label), text))
    gtk_label_set_text (label, text);
}

static void
enable (SluiceTrafficPage *self,
        const char        *name,
        gboolean           enabled)
{
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->actions), name)),
                               enabled);
}

static void
speak_of_moment (SluiceTrafficPage *self)
{
  Moment moment = find_moment (self);
  g_autofree char *sentence = describe_moment (self, &moment);
  const char *note = sluice_breakdown_view_get_note (self->view);
  gboolean held = moment.kind == MOMENT_PINNED || moment.kind == MOMENT_SELECTED;

  set_text (self->sentence, sentence);
  gtk_widget_set_visible (self->let_go, held);
  enable (self, "zoom-in", moment.kind == MOMENT_SELECTED && moment.to - moment.from >= G_USEC_PER_SEC);
  set_text (self->heading, sluice_breakdown_view_get_heading (self->view, held));
  gtk_widget_set_visible (GTK_WIDGET (self->note), note != NULL);
  if (note != NULL)
    set_text (self->note, note);
  update_figures (self, &moment);
  sluice_top_programs_show (self->top, moment.from, moment.to, self->units);
}

/* The chart's layers, before the chart itself takes in what is new. */
static void
update_stack (SluiceTrafficPage *self)
{
  const SluicePoint *last
    = sluice_series_get_last (sluice_interface_item_get_series (sluice_live_model_get_scope (self->model)));
  gint64 from, to;

  sluice_traffic_chart_get_view (self->chart, &from, &to);
  sluice_breakdown_view_update (self->view, from, last != NULL && !self->paused ? MAX (to, last->time) : to);
}

static gboolean
anything_to_show (SluiceTrafficPage *self,
                  SluiceSample      *latest)
{
  if (sluice_interface_item_get_interface (sluice_live_model_get_scope (self->model)) != NULL)
    return TRUE;
  for (guint i = 0; i < latest->interfaces->len; i++)
    if (sluice_sample_interface (latest, i)->listed)
      return TRUE;

  return FALSE;
}

static const char *
choose_child (SluiceTrafficPage *self)
{
  SluiceSample *latest = sluice_live_model_get_latest (self->model);

  if (self->failure != NULL)
    return "failed";
  if (latest == NULL)
    return "waiting";
  return anything_to_show (self, latest) ? "traffic" : "offline";
}

static void
refresh (SluiceTrafficPage *self)
{
  const char *child = choose_child (self);

  if (!sluice_compat_is_seen (GTK_WIDGET (self)))
    {
      gtk_spinner_stop (self->spinner);
      return;
    }

  gtk_stack_set_visible_child_name (self->stack, child);
  gtk_spinner_set_spinning (self->spinner, g_str_equal (child, "waiting"));
  if (!g_str_equal (child, "traffic"))
    return;

  update_stack (self);
  sluice_traffic_chart_update (self->chart);
  if (!self->paused)
    speak_of_moment (self);
}

static void
scope_changed_cb (SluiceTrafficPage *self)
{
  sluice_traffic_chart_set_series (self->chart,
                                   sluice_interface_item_get_series (sluice_live_model_get_scope (self->model)));
  sluice_traffic_chart_let_go (self->chart);
  update_stack (self);
  refresh (self);
  if (self->paused)
    speak_of_moment (self);
}

static void
moment_changed_cb (SluiceTrafficPage *self)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (self->chart)))
    speak_of_moment (self);
}

static gboolean
speak_cb (gpointer data)
{
  SluiceTrafficPage *self = data;

  self->speak_id = 0;
  moment_changed_cb (self);

  return G_SOURCE_REMOVE;
}

/* What the chart shows of the series, or by what it is broken down, is another. Chart and list each sum up all of an
 * hour: not in one turn of the main loop. */
static void
show_view (SluiceTrafficPage *self)
{
  update_stack (self);
  if (self->speak_id == 0)
    self->speak_id = g_idle_add_full (G_PRIORITY_HIGH_IDLE, speak_cb, self, NULL);
}

/* The chart asks who led at the moment under the pointer. */
static char **
read_out_cb (GtkWidget *chart,
             gint64     from,
             gint64     to,
             gpointer   data)
{
  SluiceTrafficPage *self = data;

  return sluice_breakdown_view_read_out (self->view, from, to, self->units.rate);
}

static void
show_directions (SluiceTrafficPage *self)
{
  gboolean download = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->download));
  gboolean upload = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->upload));

  sluice_traffic_chart_set_directions (self->chart, download ? SLUICE_CHART_DOWNLOAD
                                                    : upload ? SLUICE_CHART_UPLOAD
                                                             : SLUICE_CHART_BOTH);
  sluice_top_programs_set_directions (self->top, download || !upload, upload || !download);
  moment_changed_cb (self);
}

/* Pressing one figure lets go of the other. */
static void
download_toggled_cb (SluiceTrafficPage *self)
{
  if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->download)))
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->upload), FALSE);
  show_directions (self);
}

static void
upload_toggled_cb (SluiceTrafficPage *self)
{
  if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->upload)))
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->download), FALSE);
  show_directions (self);
}

static void
let_go_cb (GSimpleAction *action,
           GVariant      *parameter,
           gpointer       data)
{
  SluiceTrafficPage *self = data;

  sluice_traffic_chart_let_go (self->chart);
}

/* Shows a stretch of the recording. */
static void
zoom (SluiceTrafficPage *self,
      gint64             from,
      gint64             to)
{
  sluice_traffic_chart_let_go (self->chart);
  sluice_traffic_chart_set_recorded (self->chart, from, to);
  enable (self, "zoom-out", from != self->recorded[0] || to != self->recorded[1]);
  show_view (self);
}

static void
zoom_in_cb (GSimpleAction *action,
            GVariant      *parameter,
            gpointer       data)
{
  SluiceTrafficPage *self = data;
  gint64 from, to;

  if (sluice_traffic_chart_get_selection (self->chart, &from, &to))
    zoom (self, from, to);
}

static void
zoom_out_cb (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       data)
{
  SluiceTrafficPage *self = data;

  zoom (self, self->recorded[0], self->recorded[1]);
}

static void
breakdown_changed_cb (SluiceTrafficPage *self)
{
  g_autofree char *kind = g_settings_get_string (self->settings, "breakdown");

  sluice_breakdown_view_set_kind (self->view, kind);
  show_view (self);
}

static void
breakdown_chosen_cb (GSimpleAction *action,
                     GVariant      *kind,
                     gpointer       data)
{
  SluiceTrafficPage *self = data;

  g_simple_action_set_state (action, kind);
  sluice_breakdown_view_set_kind (self->view, g_variant_get_string (kind, NULL));
  show_view (self);
}

/* A recording has no programs: what is chosen for it is not what is remembered for the traffic of now. */
static void
choose_breakdown (SluiceTrafficPage *self)
{
  const GActionEntry entry
    = { .name = "breakdown", .parameter_type = "s", .state = "'host'", .change_state = breakdown_chosen_cb };
  g_autofree char *kind = g_settings_get_string (self->settings, "breakdown");

  g_signal_handlers_disconnect_by_func (self->settings, breakdown_changed_cb, self);
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), &entry, 1, self);
  sluice_breakdown_view_set_recorded (self->view);
  g_action_group_change_action_state (G_ACTION_GROUP (self->actions), "breakdown",
                                      g_variant_new_string (g_str_equal (kind, "program") ? "host" : kind));
}

/**
 * sluice_traffic_page_set_recorded:
 * @self: the page, whose model is a recording's
 * @from: where the recording begins, µs since 1970
 * @to: where it ends, at least a second later
 *
 * Shows all of the recording; what is selected in it can be shown alone.
 */
void
sluice_traffic_page_set_recorded (SluiceTrafficPage *self,
                                  gint64             from,
                                  gint64             to)
{
  g_return_if_fail (SLUICE_IS_TRAFFIC_PAGE (self));

  self->recorded[0] = from;
  self->recorded[1] = to;
  gtk_widget_set_visible (self->spans, FALSE);
  gtk_widget_set_visible (self->zooms, TRUE);
  gtk_widget_set_visible (self->programs, FALSE);
  choose_breakdown (self);
  zoom (self, from, to);
}

static void
span_changed_cb (SluiceTrafficPage *self)
{
  int seconds = g_settings_get_int (self->settings, "chart-span");

  if (self->recorded[1] != 0)
    return;
  sluice_traffic_chart_set_span (self->chart, seconds * (gint64) G_USEC_PER_SEC);
  show_view (self);
}

static void
units_changed_cb (SluiceTrafficPage *self)
{
  self->units = sluice_settings_get_units (self->settings);
  sluice_traffic_chart_set_units (self->chart, self->units.rate);
  moment_changed_cb (self);
}

/**
 * sluice_traffic_page_set_paused:
 * @self: the page
 * @paused: whether what is shown stands still; measuring goes on behind it
 */
void
sluice_traffic_page_set_paused (SluiceTrafficPage *self,
                                gboolean           paused)
{
  g_return_if_fail (SLUICE_IS_TRAFFIC_PAGE (self));

  if (self->paused == paused)
    return;
  self->paused = paused;
  sluice_traffic_chart_set_paused (self->chart, paused);
  moment_changed_cb (self);
}

/**
 * sluice_traffic_page_set_failure:
 * @self: the page
 * @sentence: (nullable): why nothing can be measured and what to do, or %NULL when it can
 */
void
sluice_traffic_page_set_failure (SluiceTrafficPage *self,
                                 const char        *sentence)
{
  g_autofree char *markup = NULL;

  g_return_if_fail (SLUICE_IS_TRAFFIC_PAGE (self));

  if (g_strcmp0 (self->failure, sentence) == 0)
    return;
  g_free (self->failure);
  self->failure = g_strdup (sentence);
  /* A status page's description is markup. */
  markup = sentence != NULL ? g_markup_escape_text (sentence, -1) : NULL;
  adw_status_page_set_description (self->failed, markup);
  refresh (self);
}

static void
set_class (SluiceTrafficPage *self,
           const char        *name,
           gboolean           has)
{
  if (has)
    gtk_widget_add_css_class (GTK_WIDGET (self), name);
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), name);
}

static void
width_cb (SluiceTrafficPage *self,
          int                width)
{
  int character = sluice_width_layout_measure_character (GTK_WIDGET (self));
  gboolean narrow = width < NARROW_CHARACTERS * character, tight = width < TIGHT_CHARACTERS * character;
  gboolean below = width < SENTENCE_CHARACTERS * character && self->recorded[1] == 0;
  GtkOrientation orientation = narrow ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL;

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->figures), orientation);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->choices), orientation);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->controls), below ? GTK_ORIENTATION_VERTICAL : orientation);
  gtk_label_set_xalign (self->sentence, narrow || below ? 0 : 1);
  set_class (self, "narrow", narrow);
  set_class (self, "tight", tight);
  sluice_traffic_chart_set_compact (self->chart, narrow);
  sluice_top_programs_set_narrow (self->top, narrow, tight);
}

static void
sluice_traffic_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (sluice_traffic_page_parent_class)->map (widget);
  refresh (SLUICE_TRAFFIC_PAGE (widget));
}

static void
sluice_traffic_page_dispose (GObject *object)
{
  SluiceTrafficPage *self = SLUICE_TRAFFIC_PAGE (object);

  sluice_top_programs_set_view (self->top, NULL, NULL);
  sluice_traffic_chart_set_readout (self->chart, NULL, NULL, NULL);
  g_clear_handle_id (&self->speak_id, g_source_remove);
  g_clear_pointer (&self->view, sluice_breakdown_view_free);
  g_clear_object (&self->model);
  g_clear_object (&self->settings);
  g_clear_object (&self->actions);

  G_OBJECT_CLASS (sluice_traffic_page_parent_class)->dispose (object);
}

static void
sluice_traffic_page_finalize (GObject *object)
{
  SluiceTrafficPage *self = SLUICE_TRAFFIC_PAGE (object);

  g_clear_pointer (&self->failure, g_free);

  G_OBJECT_CLASS (sluice_traffic_page_parent_class)->finalize (object);
}

static void
sluice_traffic_page_class_init (SluiceTrafficPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = sluice_traffic_page_dispose;
  object_class->finalize = sluice_traffic_page_finalize;
  widget_class->map = sluice_traffic_page_map;

  g_type_ensure (SLUICE_TYPE_FIGURE);
  g_type_ensure (SLUICE_TYPE_TOP_PROGRAMS);
  g_type_ensure (SLUICE_TYPE_TRAFFIC_CHART);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/sluice/Sluice/traffic-page.ui");
  gtk_widget_class_bind_template_child (widget_class, SluiceTrafficPage, stack);
  gtk_widget_class_bind_template_child (widget_class, SluiceTrafficPage, spinner);
  gtk_widget_class_bind_template_child (widget_class, SluiceTrafficPage, failed);
  gtk_widget_class_bind_template_child (widget_class, SluiceTrafficPage, figures);
  gtk_widget_class_bind_template_child (widget_class, SluiceTrafficPage, controls);
  gtk_widget_class_bind_template_child (widget_class, SluiceTrafficPage, choices);
  gtk_widget_class_bind_template_child (widget_class, SluiceTrafficPage, download);
  gtk_widget_class_bind_template_child (widget_class, SluiceTrafficPage, upload);
  gtk_widget_class_bind_template_child (widget_class, SluiceTrafficPage, chart);
  gtk_widget_class_bind_template_child (widget_class, SluiceTrafficPage, sentence);
  gtk_widget_class_bind_template_child (widget_class, SluiceTrafficPage, let_go);
  gtk_widget_class_bind_template_child (widget_class, SluiceTrafficPage, spans);
  gtk_widget_class_bind_template_child (widget_class, SluiceTrafficPage, zooms);
  gtk_widget_class_bind_template_child (widget_class, SluiceTrafficPage, programs);
  gtk_widget_class_bind_template_child (widget_class, SluiceTrafficPage, note);
  gtk_widget_class_bind_template_child (widget_class, SluiceTrafficPage, heading);
  gtk_widget_class_bind_template_child (widget_class, SluiceTrafficPage, top);
  gtk_widget_class_bind_template_callback (widget_class, download_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, upload_toggled_cb);
}

static void
sluice_traffic_page_init (SluiceTrafficPage *self)
{
  static const GActionEntry entries[] = {
    { .name = "let-go", .activate = let_go_cb },
    { .name = "zoom-in", .activate = zoom_in_cb },
    { .name = "zoom-out", .activate = zoom_out_cb },
  };

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (sluice_width_layout_install (GTK_WIDGET (self)), "width-changed", G_CALLBACK (width_cb),
                           self, G_CONNECT_SWAPPED);
  sluice_figure_set_direction (self->download, SLUICE_RX);
  sluice_figure_set_direction (self->upload, SLUICE_TX);
  sluice_traffic_chart_set_readout (self->chart, read_out_cb, self, NULL);

  self->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->actions), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "traffic", G_ACTION_GROUP (self->actions));
}

/**
 * sluice_traffic_page_new:
 * @model: what is shown
 * @settings: the app's
 * @names: (nullable): who asks for names of hosts
 */
GtkWidget *
sluice_traffic_page_new (SluiceLiveModel *model,
                         GSettings       *settings,
                         SluiceHostNames *names)
{
  SluiceTrafficPage *self = g_object_new (SLUICE_TYPE_TRAFFIC_PAGE, NULL);
  g_autoptr (GAction) span = g_settings_create_action (settings, "chart-span");
  g_autoptr (GAction) breakdown = g_settings_create_action (settings, "breakdown");

  self->model = g_object_ref (model);
  self->settings = g_object_ref (settings);
  self->view = sluice_breakdown_view_new (model, self->chart, names);
  g_action_map_add_action (G_ACTION_MAP (self->actions), span);
  g_action_map_add_action (G_ACTION_MAP (self->actions), breakdown);
  sluice_top_programs_set_model (self->top, model);
  sluice_top_programs_set_view (self->top, self->view, names);

  g_signal_connect_object (model, "updated", G_CALLBACK (refresh), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (model, "scope-changed", G_CALLBACK (scope_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->chart, "pin-changed", G_CALLBACK (moment_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->chart, "selection-changed", G_CALLBACK (moment_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::chart-span", G_CALLBACK (span_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::rate-unit", G_CALLBACK (units_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::size-unit", G_CALLBACK (units_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::breakdown", G_CALLBACK (breakdown_changed_cb), self, G_CONNECT_SWAPPED);
  if (names != NULL)
    g_signal_connect_object (names, "resolved", G_CALLBACK (moment_changed_cb), self, G_CONNECT_SWAPPED);
  breakdown_changed_cb (self);
  span_changed_cb (self);
  units_changed_cb (self);
  scope_changed_cb (self);

  return GTK_WIDGET (self);
}

#include "app/top-programs.h"

#include "sluice-config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "app/top-row.h"

#define MAX_PROGRAMS 8

struct _SluiceTopPrograms
{
  AdwBin parent_instance;

  SluiceLiveModel *model;
  SluiceBreakdownView *view; /* not owned; NULL: programs, without keys */
  SluiceHostNames *names;
  GtkListBox *list;
  GtkEventController *motion;
  SluiceTopRow *rows[MAX_PROGRAMS + 1]; /* the last one is for what belongs to nobody */
  GtkWidget *ruler;                     /* a list of one row, never shown, that tells how high rows are */
  gboolean shown[SLUICE_N_DIRECTIONS];
};

G_DEFINE_FINAL_TYPE (SluiceTopPrograms, sluice_top_programs, ADW_TYPE_BIN)

static guint64
shown_bytes (SluiceTopPrograms         *self,
             const SluiceTimelineEntry *entry)
{
  guint64 bytes = 0;

  for (guint i = 0; i < SLUICE_N_DIRECTIONS; i++)
    if (self->shown[i])
      bytes += entry->bytes[i];

  return bytes;
}

static int
compare_entries (gconstpointer a,
                 gconstpointer b,
                 gpointer      self)
{
  guint64 bytes_a = shown_bytes (self, a);
  guint64 bytes_b = shown_bytes (self, b);

  if (bytes_a != bytes_b)
    return bytes_a < bytes_b ? 1 : -1;

  return strcmp (((const SluiceTimelineEntry *) a)->identity, ((const SluiceTimelineEntry *) b)->identity);
}

static const SluiceTimelineEntry *
find_entry (const SluiceTimelineEntry *entries,
            guint                      n_entries,
            const char                *identity)
{
  for (guint i = 0; i < n_entries; i++)
    if (g_strcmp0 (entries[i].identity, identity) == 0)
      return &entries[i];

  return NULL;
}

/* Which entry goes into which row. With the pointer over the list a row keeps whom it shows while he is among the
 * top. */
static void
place (SluiceTopPrograms         *self,
       const SluiceTimelineEntry *entries,
       guint                      n_entries,
       const SluiceTimelineEntry *placed[MAX_PROGRAMS])
{
  guint next = 0;

  memset (placed, 0, MAX_PROGRAMS * sizeof *placed);
  if (gtk_event_controller_motion_contains_pointer (GTK_EVENT_CONTROLLER_MOTION (self->motion)))
    for (guint i = 0; i < n_entries; i++)
      if (gtk_widget_get_visible (GTK_WIDGET (self->rows[i])))
        placed[i] = find_entry (entries, n_entries, sluice_top_row_get_identity (self->rows[i]));

  for (guint i = 0; i < n_entries; i++)
    {
      gboolean taken = FALSE;

      for (guint j = 0; j < n_entries && !taken; j++)
        taken = placed[j] == &entries[i];
      if (taken)
        continue;
      while (placed[next] != NULL)
        next++;
      placed[next] = &entries[i];
    }
}

/* What the link moved besides: hosts and protocols are not all known, nor kept for long. */
static void
add_others (GArray                    *entries,
            const SluiceSeriesSummary *link)
{
  SluiceTimelineEntry others = { .identity = NULL };
  guint64 known[SLUICE_N_DIRECTIONS] = { 0 };

  for (guint i = 0; i < entries->len; i++)
    for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
      known[d] += g_array_index (entries, SluiceTimelineEntry, i).bytes[d];
  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    others.bytes[d] = link->total[d] >= known[d] + 1.0 ? (guint64) link->total[d] - known[d] : 0;
  g_array_append_val (entries, others);
}

/* Folds all behind the first @n_first into the last entry, which is the others'. */
static void
fold (SluiceTimelineEntry *entries,
      guint                n_entries,
      guint                n_first,
      SluiceTimelineEntry *others)
{
  for (guint i = n_first; i < n_entries; i++)
    for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
      others->bytes[d] += entries[i].bytes[d];
}

static void
fill_rows (SluiceTopPrograms         *self,
           const SluiceTimelineEntry *entries,
           guint                      n_entries,
           const SluiceTimelineEntry *nobody,
           const SluiceTopFigures    *figures)
{
  const SluiceTimelineEntry *placed[MAX_PROGRAMS];

  place (self, entries, n_entries, placed);
  for (guint i = 0; i < MAX_PROGRAMS; i++)
    {
      SluiceProgramItem *item = NULL;
      guint part = SLUICE_PART_OTHER;

      gtk_widget_set_visible (GTK_WIDGET (self->rows[i]), placed[i] != NULL);
      if (placed[i] == NULL)
        continue;
      if (placed[i]->program != NULL)
        item = sluice_live_model_find_program (self->model, placed[i]->identity);
      if (self->view != NULL)
        part = sluice_breakdown_view_find_part (self->view, placed[i]->identity);
      sluice_top_row_set_entry (self->rows[i], placed[i], item, part, figures);
    }
  if (nobody != NULL && shown_bytes (self, nobody) == 0)
    nobody = NULL;
  gtk_widget_set_visible (GTK_WIDGET (self->rows[MAX_PROGRAMS]), nobody != NULL);
  if (nobody != NULL)
    sluice_top_row_set_entry (self->rows[MAX_PROGRAMS], nobody, NULL, SLUICE_PART_OTHER, figures);
}

/**
 * sluice_top_programs_show:
 * @self: the list
 * @from: boot-time clock, µs
 * @to: boot-time clock, µs
 * @units: how numbers are written
 *
 * Shows who moved most between two moments over the model's present scope.
 */
void
sluice_top_programs_show (SluiceTopPrograms *self,
                          gint64             from,
                          gint64             to,
                          SluiceUnits        units)
{
  SluiceInterfaceItem *scope;
  SluiceTimelineEntry *nobody = NULL;
  SluiceTimelineEntry *entries;
  g_autoptr (GArray) top = NULL;
  SluiceSample *latest;
  SluiceSeriesSummary summary;
  SluiceTopFigures figures = {
    .shown = { self->shown[SLUICE_RX], self->shown[SLUICE_TX] },
    .units = units,
    .by = self->view != NULL ? sluice_breakdown_view_get_by (self->view) : SLUICE_BY_PROGRAM,
    .stacked = self->view != NULL && sluice_breakdown_view_is_stacked (self->view),
    .names = self->names,
  };
  guint n_entries, n_shown;

  g_return_if_fail (SLUICE_IS_TOP_PROGRAMS (self));

  scope = sluice_live_model_get_scope (self->model);
  /* Averages are over the time for which there are figures, as those of the link are. */
  sluice_series_summarise (sluice_interface_item_get_series (scope), from, to, &summary);
  figures.seconds = MAX (summary.duration, 1) / (double) G_USEC_PER_SEC;
  latest = sluice_live_model_get_latest (self->model);
  figures.now = latest != NULL ? latest->time : to;
  figures.packets = latest != NULL && latest->has_hosts;
  figures.wall_time = latest != NULL ? latest->wall_time : 0;
  top = sluice_timeline_sum (sluice_live_model_get_timeline (self->model, figures.by), from, to,
                             sluice_interface_item_get_instance (scope));
  if (figures.by != SLUICE_BY_PROGRAM)
    add_others (top, &summary);
  entries = (SluiceTimelineEntry *) top->data;
  n_entries = top->len;
  for (guint i = 0; i < top->len; i++)
    figures.whole += shown_bytes (self, &entries[i]);

  if (n_entries > 0 && entries[n_entries - 1].identity == NULL)
    nobody = &entries[--n_entries];
  sluice_timeline_entries_select (entries, n_entries, MAX_PROGRAMS, compare_entries, self);
  n_shown = MIN (n_entries, MAX_PROGRAMS);
  if (figures.by != SLUICE_BY_PROGRAM)
    fold (entries, n_entries, n_shown, nobody);
  while (n_shown > 0 && shown_bytes (self, &entries[n_shown - 1]) == 0)
    n_shown--;
  fill_rows (self, entries, n_shown, nobody, &figures);
}

/**
 * sluice_top_programs_set_directions:
 * @self: the list
 * @download: whether downloads count
 * @upload: whether uploads count
 */
void
sluice_top_programs_set_directions (SluiceTopPrograms *self,
                                    gboolean           download,
                                    gboolean           upload)
{
  g_return_if_fail (SLUICE_IS_TOP_PROGRAMS (self));

  self->shown[SLUICE_RX] = download;
  self->shown[SLUICE_TX] = upload;
}

static SluiceTopRow *
ruler_row (SluiceTopPrograms *self)
{
  return SLUICE_TOP_ROW (gtk_widget_get_first_child (self->ruler));
}

/**
 * sluice_top_programs_set_narrow:
 * @self: the list
 * @narrow: whether rows leave out what is only an ornament
 * @tight: whether rows have their rates one above the other
 */
void
sluice_top_programs_set_narrow (SluiceTopPrograms *self,
                                gboolean           narrow,
                                gboolean           tight)
{
  g_return_if_fail (SLUICE_IS_TOP_PROGRAMS (self));

  for (guint i = 0; i < G_N_ELEMENTS (self->rows); i++)
    sluice_top_row_set_narrow (self->rows[i], narrow, tight);
  sluice_top_row_set_narrow (ruler_row (self), narrow, tight);
}

/**
 * sluice_top_programs_set_view:
 * @self: the list
 * @view: what the chart is broken down by, and so the list; must live as long as the list
 * @names: (nullable): who asks for names of hosts
 */
void
sluice_top_programs_set_view (SluiceTopPrograms   *self,
                              SluiceBreakdownView *view,
                              SluiceHostNames     *names)
{
  g_return_if_fail (SLUICE_IS_TOP_PROGRAMS (self));

  self->view = view;
  g_set_object (&self->names, names);
}

/**
 * sluice_top_programs_set_model:
 * @self: the list
 * @model: what it speaks of
 */
void
sluice_top_programs_set_model (SluiceTopPrograms *self,
                               SluiceLiveModel   *model)
{
  g_return_if_fail (SLUICE_IS_TOP_PROGRAMS (self));

  g_set_object (&self->model, model);
}

static void
row_activated_cb (SluiceTopPrograms *self,
                  SluiceTopRow      *row)
{
  const char *identity = sluice_top_row_get_identity (row);

  if (identity != NULL && gtk_list_box_row_get_activatable (GTK_LIST_BOX_ROW (row)))
    gtk_widget_activate_action (GTK_WIDGET (self), "app.show-program", "s", identity);
}

/* The list asks for the room that all rows take, however few it has: what is beside it neither grows nor jumps when a
 * row comes or goes. */
static void
measure (GtkWidget      *widget,
         GtkOrientation  orientation,
         int             for_size,
         int            *minimum,
         int            *natural,
         int            *minimum_baseline,
         int            *natural_baseline)
{
  SluiceTopPrograms *self = SLUICE_TOP_PROGRAMS (widget);
  int list, row;

  gtk_widget_measure (GTK_WIDGET (self->list), orientation, for_size, minimum, natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    return;
  gtk_widget_measure (self->ruler, orientation, -1, NULL, &list, NULL, NULL);
  gtk_widget_measure (GTK_WIDGET (ruler_row (self)), orientation, -1, NULL, &row, NULL, NULL);
  *natural = MAX (*minimum, list + MAX_PROGRAMS * row);
}

static void
allocate (GtkWidget *widget,
          int        width,
          int        height,
          int        baseline)
{
  gtk_widget_allocate (GTK_WIDGET (SLUICE_TOP_PROGRAMS (widget)->list), width, height, baseline, NULL);
}

static GtkWidget *
make_ruler (void)
{
  const SluiceTimelineEntry nobody = { 0 };
  const SluiceTopFigures figures = { .shown = { TRUE, TRUE }, .stacked = TRUE };
  GtkWidget *ruler = gtk_list_box_new (), *row = sluice_top_row_new ();

  gtk_widget_add_css_class (ruler, "boxed-list");
  /* The row that has most in it. */
  sluice_top_row_set_entry (SLUICE_TOP_ROW (row), &nobody, NULL, SLUICE_PART_OTHER, &figures);
  gtk_list_box_append (GTK_LIST_BOX (ruler), row);
  gtk_widget_set_child_visible (ruler, FALSE);

  return ruler;
}

static void
sluice_top_programs_dispose (GObject *object)
{
  SluiceTopPrograms *self = SLUICE_TOP_PROGRAMS (object);

  g_clear_pointer (&self->ruler, gtk_widget_unparent);
  g_clear_object (&self->model);
  g_clear_object (&self->names);

  G_OBJECT_CLASS (sluice_top_programs_parent_class)->dispose (object);
}

static void
sluice_top_programs_class_init (SluiceTopProgramsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = sluice_top_programs_dispose;
}

static void
sluice_top_programs_init (SluiceTopPrograms *self)
{
  GtkWidget *placeholder = gtk_label_new (_("No bytes moved in this time."));

  self->shown[SLUICE_RX] = self->shown[SLUICE_TX] = TRUE;
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");
  gtk_widget_set_valign (GTK_WIDGET (self->list), GTK_ALIGN_START);
  gtk_widget_add_css_class (placeholder, "dim-label");
  gtk_widget_add_css_class (placeholder, "placeholder");
  gtk_list_box_set_placeholder (self->list, placeholder);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Top programs"), -1);
  for (guint i = 0; i < G_N_ELEMENTS (self->rows); i++)
    {
      self->rows[i] = SLUICE_TOP_ROW (sluice_top_row_new ());
      gtk_widget_set_visible (GTK_WIDGET (self->rows[i]), FALSE);
      gtk_list_box_append (self->list, GTK_WIDGET (self->rows[i]));
    }
  g_signal_connect_swapped (self->list, "row-activated", G_CALLBACK (row_activated_cb), self);
  self->motion = gtk_event_controller_motion_new ();
  gtk_widget_add_controller (GTK_WIDGET (self->list), self->motion);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->list));
  self->ruler = make_ruler ();
  gtk_widget_set_parent (self->ruler, GTK_WIDGET (self));
  gtk_widget_set_layout_manager (GTK_WIDGET (self), gtk_custom_layout_new (NULL, measure, allocate));
}

#include "sluice-config.h"

#include "app/program-pane.h"

#include <glib/gi18n-lib.h>
#include <unistd.h>

#include "app/compat.h"
#include "app/connection-table.h"
#include "app/end-dialog.h"
#include "app/part-table.h"
#include "app/program-table.h"
#include "app/settings.h"
#include "charts/traffic-chart.h"

/* How far back the chart goes: for a program, and for what the last hour is not kept of, µs. */
#define PROGRAM_SPAN (5 * 60 * G_USEC_PER_SEC)
#define OTHER_SPAN (60 * G_USEC_PER_SEC)
/* Points of a program's chart: the last hour as the timeline has it, at a look a second. */
#define CAPACITY 3600

struct _SluiceProgramPane
{
  AdwBin parent_instance;

  SluiceLiveModel *model;
  GSettings *settings;
  SluiceUnits units;
  SluiceProgramItem *item;
  SluiceSeries *series; /* the program's, made for the chart; NULL where the item's own is shown */

  GtkImage *icon;
  GtkLabel *name;
  GtkLabel *detail;
  GtkLabel *download;
  GtkLabel *download_total;
  GtkLabel *upload;
  GtkLabel *upload_total;
  GtkLabel *note;
  GtkWidget *note_window;
  SluiceTrafficChart *chart;
  GtkStackPage *connections_page;
  SluiceConnectionTable *connections;
  GtkStack *stack;
  SluicePartTable *hosts;
  SluicePartTable *protocols;
  GtkGrid *details;
  GtkWidget *buttons;
};

G_DEFINE_FINAL_TYPE (SluiceProgramPane, sluice_program_pane, ADW_TYPE_BIN)

enum
{
  SIGNAL_CLOSED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
set_label (GtkLabel   *label,
           const char *text)
{
  if (g_strcmp0 (gtk_label_get_text (label), text) != 0)
    gtk_label_set_text (label, text);
}

static void
show_figures (SluiceProgramPane *self)
{
  const SluiceProgramStats *stats = sluice_program_item_get_stats (self->item);
  GtkLabel *rates[] = { self->download, self->upload }, *totals[] = { self->download_total, self->upload_total };
  const char *const arrows[] = { "▼", "▲" };

  for (guint i = 0; i < SLUICE_N_DIRECTIONS; i++)
    {
      char number[SLUICE_UNITS_TEXT_MAX];
      g_autofree char *rate = NULL, *total = NULL;

      rate = g_strdup_printf ("%s %s", arrows[i], sluice_units_format_rate (stats->rate[i], self->units.rate, number));
      sluice_units_format_size (stats->total[i], self->units.size, number);
      /* Translators: how much was moved in all since the app was started, such as "3.2 GB since start" */
      total = g_strdup_printf (_("%s since start"), number);
      set_label (rates[i], rate);
      set_label (totals[i], total);
    }
  set_label (self->detail, sluice_program_item_get_detail (self->item));
}

static void
add_detail (SluiceProgramPane *self,
            const char        *caption,
            const char        *text)
{
  GtkWidget *key, *value;
  int row = 0;

  if (text == NULL || *text == '\0')
    return;
  while (gtk_grid_get_child_at (self->details, 0, row) != NULL)
    row++;
  key = gtk_label_new (caption);
  gtk_label_set_xalign (GTK_LABEL (key), 0);
  gtk_widget_set_valign (key, GTK_ALIGN_START);
  gtk_widget_add_css_class (key, "dim-label");
  value = gtk_label_new (text);
  gtk_label_set_xalign (GTK_LABEL (value), 0);
  gtk_label_set_wrap (GTK_LABEL (value), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (value), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_natural_wrap_mode (GTK_LABEL (value), GTK_NATURAL_WRAP_NONE);
  gtk_label_set_selectable (GTK_LABEL (value), TRUE);
  gtk_widget_set_hexpand (value, TRUE);
  gtk_grid_attach (self->details, key, 0, row, 1, 1);
  gtk_grid_attach (self->details, value, 1, row, 1, 1);
}

static void
add_process_details (SluiceProgramPane   *self,
                     const SluiceProgram *program)
{
  g_autofree char *pid = NULL, *parent = NULL;
  gboolean one = sluice_program_item_get_level (self->item) == SLUICE_ITEM_PROCESS ||
                 sluice_program_item_get_stats (self->item)->n_processes == 1;

  add_detail (self, _("Path"), program->path);
  if (g_strcmp0 (program->executable, program->path) != 0)
    add_detail (self, _("Run by"), program->executable);
  add_detail (self, _("App"), program->app_name != NULL ? program->app_name : program->app_id);
  add_detail (self, _("Unit"), program->unit);
  add_detail (self, _("User"), program->user);
  /* What follows is of one process, and would be wrong for the others. */
  if (!one)
    return;
  if (program->pid != 0)
    pid = g_strdup_printf ("%d", program->pid);
  if (program->parent_name != NULL)
    /* Translators: a process: name and number */
    parent = g_strdup_printf (_("%s (%d)"), program->parent_name, program->parent_pid);
  else if (program->parent_pid != 0)
    parent = g_strdup_printf ("%d", program->parent_pid);
  add_detail (self, _("Process"), pid);
  add_detail (self, _("Started by"), parent);
  add_detail (self, _("Command line"), program->command_line);
}

static void
show_details (SluiceProgramPane *self)
{
  const SluiceProgram *program = sluice_program_item_get_program (self->item);
  g_autoptr (GDateTime) utc = NULL;
  g_autoptr (GDateTime) seen = NULL;
  g_autofree char *text = NULL;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->details))) != NULL)
    gtk_grid_remove (self->details, child);
  if (program != NULL && program->kind == SLUICE_PROGRAM_PROCESS)
    add_process_details (self, program);
  utc = g_date_time_new_from_unix_utc (sluice_program_item_get_stats (self->item)->first_seen / G_USEC_PER_SEC);
  seen = utc != NULL ? g_date_time_to_local (utc) : NULL;
  text = seen != NULL ? g_date_time_format (seen, "%x %X") : NULL;
  add_detail (self, _("First seen"), text);
}

/* Some rows are not one program and need a word. */
static void
show_note (SluiceProgramPane *self)
{
  const SluiceProgram *program = sluice_program_item_get_program (self->item);
  gboolean others = program != NULL && program->kind == SLUICE_PROGRAM_OTHER_USERS;

  /* Root has no use for sudo: it is confined. */
  if (others && geteuid () == 0)
    gtk_label_set_text (self->note,
                        _("Root is confined here and may not see whose connections these are, so all that other users "
                           "and the system move is one row; outside the container, or with CAP_SYS_PTRACE and "
                           "CAP_DAC_READ_SEARCH, Sluice tells them apart."));
  else if (others)
    gtk_label_set_text (self->note,
                        _("The kernel names a connection’s program only to its owner and to the administrator, so "
                           "all that other users and the system move is one row; “sudo sluicectl watch” tells them "
                           "apart."));
  gtk_widget_set_visible (self->note_window, others);
}

/* The last hour is kept by program; of groups and processes there is the last minute. */
static void
show_chart (SluiceProgramPane *self)
{
  SluiceInterfaceItem *scope = sluice_live_model_get_scope (self->model);

  g_clear_pointer (&self->series, sluice_series_unref);
  if (sluice_program_item_get_level (self->item) == SLUICE_ITEM_PROGRAM)
    {
      self->series = sluice_series_new (CAPACITY);
      sluice_timeline_fill_series (sluice_live_model_get_timeline (self->model, SLUICE_BY_PROGRAM),
                                   sluice_program_item_get_identity (self->item),
                                   scope != NULL ? sluice_interface_item_get_instance (scope) : 0, self->series);
    }
  sluice_traffic_chart_set_span (self->chart, self->series != NULL ? PROGRAM_SPAN : OTHER_SPAN);
  sluice_traffic_chart_set_series (self->chart,
                                   self->series != NULL ? self->series : sluice_program_item_get_series (self->item));
}

static void
updated_cb (SluiceProgramPane *self,
            SluiceSample      *sample)
{
  const SluicePoint *last;

  if (self->item == NULL)
    return;
  last = self->series != NULL ? sluice_series_get_last (self->series) : NULL;
  if (self->series != NULL && sample->duration > 0 && (last == NULL || last->time < sample->time))
    {
      const SluiceProgramStats *stats = sluice_program_item_get_stats (self->item);
      SluicePoint point = { sample->time, sample->duration, stats->rate[SLUICE_RX], stats->rate[SLUICE_TX],
                            sample->is_first_look };

      sluice_series_append (self->series, &point);
    }
  if (!sluice_compat_is_seen (GTK_WIDGET (self)))
    return;
  show_figures (self);
  sluice_traffic_chart_update (self->chart);
}

static void
scope_cb (SluiceProgramPane *self)
{
  if (self->item == NULL)
    return;
  show_chart (self);
  show_figures (self);
}

static void
units_cb (SluiceProgramPane *self)
{
  self->units = sluice_settings_get_units (self->settings);
  sluice_traffic_chart_set_units (self->chart, self->units.rate);
  if (self->item != NULL)
    show_figures (self);
}

static void
listed_cb (SluiceProgramPane *self)
{
  guint n = sluice_connection_table_get_n_connections (self->connections);
  g_autofree char *title = n > 0 ? g_strdup_printf (_("Connections (%u)"), n) : g_strdup (_("Connections"));

  gtk_stack_page_set_title (self->connections_page, title);
}

/* What is copied is what its page shows, so that is shown. */
static void
copy_parts (SluiceProgramPane *self,
            SluicePartTable   *table,
            const char        *page)
{
  g_autofree char *text = NULL;

  gtk_stack_set_visible_child_full (self->stack, page, GTK_STACK_TRANSITION_TYPE_NONE);
  text = sluice_part_table_make_text (table);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
}

static void
copy_hosts_action (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  copy_parts (SLUICE_PROGRAM_PANE (widget), SLUICE_PROGRAM_PANE (widget)->hosts, "hosts");
}

static void
copy_protocols_action (GtkWidget  *widget,
                       const char *name,
                       GVariant   *parameter)
{
  copy_parts (SLUICE_PROGRAM_PANE (widget), SLUICE_PROGRAM_PANE (widget)->protocols, "protocols");
}

static void
close_cb (SluiceProgramPane *self)
{
  g_signal_emit (self, signals[SIGNAL_CLOSED], 0);
}

static void
sluice_program_pane_map (GtkWidget *widget)
{
  SluiceProgramPane *self = SLUICE_PROGRAM_PANE (widget);

  GTK_WIDGET_CLASS (sluice_program_pane_parent_class)->map (widget);
  if (self->item != NULL)
    scope_cb (self);
}

static void
sluice_program_pane_dispose (GObject *object)
{
  SluiceProgramPane *self = SLUICE_PROGRAM_PANE (object);

  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_pointer (&self->series, sluice_series_unref);
  g_clear_object (&self->item);
  g_clear_object (&self->model);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (sluice_program_pane_parent_class)->dispose (object);
}

static void
sluice_program_pane_class_init (SluiceProgramPaneClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = sluice_program_pane_dispose;
  widget_class->map = sluice_program_pane_map;

  signals[SIGNAL_CLOSED] = g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 0);

  g_type_ensure (SLUICE_TYPE_TRAFFIC_CHART);
  g_type_ensure (SLUICE_TYPE_CONNECTION_TABLE);
  g_type_ensure (SLUICE_TYPE_PART_TABLE);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/sluice/Sluice/program-pane.ui");
  gtk_widget_class_bind_template_child (widget_class, SluiceProgramPane, icon);
  gtk_widget_class_bind_template_child (widget_class, SluiceProgramPane, name);
  gtk_widget_class_bind_template_child (widget_class, SluiceProgramPane, detail);
  gtk_widget_class_bind_template_child (widget_class, SluiceProgramPane, download);
  gtk_widget_class_bind_template_child (widget_class, SluiceProgramPane, download_total);
  gtk_widget_class_bind_template_child (widget_class, SluiceProgramPane, upload);
  gtk_widget_class_bind_template_child (widget_class, SluiceProgramPane, upload_total);
  gtk_widget_class_bind_template_child (widget_class, SluiceProgramPane, note);
  gtk_widget_class_bind_template_child (widget_class, SluiceProgramPane, note_window);
  gtk_widget_class_bind_template_child (widget_class, SluiceProgramPane, chart);
  gtk_widget_class_bind_template_child (widget_class, SluiceProgramPane, connections_page);
  gtk_widget_class_bind_template_child (widget_class, SluiceProgramPane, connections);
  gtk_widget_class_bind_template_child (widget_class, SluiceProgramPane, stack);
  gtk_widget_class_bind_template_child (widget_class, SluiceProgramPane, hosts);
  gtk_widget_class_bind_template_child (widget_class, SluiceProgramPane, protocols);
  gtk_widget_class_bind_template_child (widget_class, SluiceProgramPane, details);
  gtk_widget_class_bind_template_child (widget_class, SluiceProgramPane, buttons);
  gtk_widget_class_bind_template_callback (widget_class, close_cb);
  gtk_widget_class_install_action (widget_class, "pane.copy-hosts", NULL, copy_hosts_action);
  gtk_widget_class_install_action (widget_class, "pane.copy-protocols", NULL, copy_protocols_action);
}

static void
sluice_program_pane_init (SluiceProgramPane *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  sluice_traffic_chart_set_compact (self->chart, TRUE);
  g_signal_connect_swapped (self->connections, "listed", G_CALLBACK (listed_cb), self);
}

/**
 * sluice_program_pane_attach:
 * @self: a pane
 * @model: where its figures come from
 * @settings: the app's: how numbers are written
 * @names: (nullable): what addresses are called
 */
void
sluice_program_pane_attach (SluiceProgramPane *self,
                            SluiceLiveModel   *model,
                            GSettings         *settings,
                            SluiceHostNames   *names)
{
  g_return_if_fail (SLUICE_IS_PROGRAM_PANE (self));
  g_return_if_fail (self->model == NULL);

  self->model = g_object_ref (model);
  self->settings = g_object_ref (settings);
  sluice_connection_table_attach (self->connections, model, settings, names);
  sluice_part_table_attach (self->hosts, SLUICE_BY_HOST, model, settings, names);
  sluice_part_table_attach (self->protocols, SLUICE_BY_PROTOCOL, model, settings, names);
  g_signal_connect_object (settings, "changed::rate-unit", G_CALLBACK (units_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::size-unit", G_CALLBACK (units_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (model, "updated", G_CALLBACK (updated_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (model, "scope-changed", G_CALLBACK (scope_cb), self, G_CONNECT_SWAPPED);
  units_cb (self);
}

/**
 * sluice_program_pane_set_item:
 * @self: a pane
 * @item: (nullable): what it is about
 */
void
sluice_program_pane_set_item (SluiceProgramPane *self,
                              SluiceProgramItem *item)
{
  g_autoptr (GIcon) icon = NULL;

  g_return_if_fail (SLUICE_IS_PROGRAM_PANE (self));

  if (!g_set_object (&self->item, item))
    return;
  sluice_connection_table_set_item (self->connections, item);
  sluice_part_table_set_item (self->hosts, item);
  sluice_part_table_set_item (self->protocols, item);
  if (item == NULL)
    {
      g_clear_pointer (&self->series, sluice_series_unref);
      sluice_traffic_chart_set_series (self->chart, NULL);
      return;
    }
  icon = sluice_program_item_make_icon (item);
  gtk_image_set_from_gicon (self->icon, icon);
  set_label (self->name, sluice_program_item_get_name (item));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->name), sluice_program_item_get_name (item));
  gtk_widget_set_visible (self->buttons, sluice_end_dialog_may_end (item));
  show_note (self);
  show_details (self);
  show_chart (self);
  show_figures (self);
}

/**
 * sluice_program_pane_set_narrow:
 * @self: a pane
 * @narrow: whether it has to do with little height, below the table
 */
void
sluice_program_pane_set_narrow (SluiceProgramPane *self,
                                gboolean           narrow)
{
  g_return_if_fail (SLUICE_IS_PROGRAM_PANE (self));

  gtk_widget_set_size_request (GTK_WIDGET (self->chart), -1, narrow ? 80 : 110);
}

/**
 * sluice_program_pane_get_good_width:
 * @self: a pane that is attached
 *
 * Returns: the width in which none of its figures is cut, in pixels
 */
int
sluice_program_pane_get_good_width (SluiceProgramPane *self)
{
  g_return_val_if_fail (SLUICE_IS_PROGRAM_PANE (self), 0);

  return sluice_connection_table_get_good_width (self->connections);
}

/**
 * sluice_program_pane_show_details:
 * @self: a pane
 *
 * Shows who the program is, whatever the pane showed before.
 */
void
sluice_program_pane_show_details (SluiceProgramPane *self)
{
  g_return_if_fail (SLUICE_IS_PROGRAM_PANE (self));

  gtk_stack_set_visible_child_name (self->stack, "details");
}

/**
 * sluice_program_pane_make_connections_text:
 * @self: a pane
 *
 * Returns: (transfer full) (nullable): its connections as text, where there are any
 */
char *
sluice_program_pane_make_connections_text (SluiceProgramPane *self)
{
  g_return_val_if_fail (SLUICE_IS_PROGRAM_PANE (self), NULL);

  if (sluice_connection_table_get_n_connections (self->connections) == 0)
    return NULL;

  return sluice_connection_table_make_text (self->connections);
}

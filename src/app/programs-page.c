#include "sluice-config.h"

#include "app/programs-page.h"

#include <glib/gi18n-lib.h>

#include "app/compat.h"
#include "app/program-actions.h"
#include "app/program-pane.h"
#include "app/program-table.h"
#include "app/width-layout.h"

/* Where the table would have less than this beside the pane, that stands below it, pixels. */
#define TABLE_WIDTH 300
/* What the pane has at least at first at the side, and its share of the height below. */
#define PANE_WIDTH 420
#define PANE_SHARE 0.66

struct _SluiceProgramsPage
{
  AdwBin parent_instance;

  SluiceLiveModel *model;
  GSettings *settings;
  GSimpleActionGroup *page_actions;
  SluiceProgramActions *actions;
  gboolean loading; /* what the settings say is being shown */
  char *failure;    /* why nothing is measured; NULL when it is */

  GtkSearchBar *search_bar;
  GtkEditable *search_entry;
  GtkToggleButton *active;
  GtkToggleButton *listening;
  GtkDropDown *grouping;
  GtkPaned *paned;
  gboolean placed; /* before, there is no width to share */
  GtkStack *stack;
  SluiceProgramTable *table;
  AdwStatusPage *nothing_found;
  AdwStatusPage *empty;
  GtkWidget *retry;
  GtkButton *clear;
  SluiceProgramPane *pane;
  GtkLabel *count;
  GtkWidget *held;
  GMenuModel *row_menu;
};

G_DEFINE_FINAL_TYPE (SluiceProgramsPage, sluice_programs_page, ADW_TYPE_BIN)

enum
{
  PROPERTY_SEARCH_MODE_ENABLED = 1,
  N_PROPERTIES,
};

static GParamSpec *properties[N_PROPERTIES];

/* As the settings name them; the first in the order of #SluiceGroupBy. */
static const char *const group_names[] = { "program", "app", "user", "unit" };

static const char *const column_names[SLUICE_N_PROGRAM_COLUMNS] = {
  [SLUICE_PROGRAM_COLUMN_NAME] = "name",
  [SLUICE_PROGRAM_COLUMN_DOWNLOAD] = "download",
  [SLUICE_PROGRAM_COLUMN_UPLOAD] = "upload",
  [SLUICE_PROGRAM_COLUMN_TOTAL] = "total",
  [SLUICE_PROGRAM_COLUMN_CONNECTIONS] = "connections",
  [SLUICE_PROGRAM_COLUMN_RTT] = "rtt",
};

static gboolean
is_searching (SluiceProgramsPage *self)
{
  return *gtk_editable_get_text (self->search_entry) != '\0';
}

static gboolean
is_filtering (SluiceProgramsPage *self)
{
  return gtk_toggle_button_get_active (self->active) || gtk_toggle_button_get_active (self->listening);
}

static void
show_count (SluiceProgramsPage *self)
{
  guint n = g_list_model_get_n_items (sluice_live_model_get_programs (self->model)), shown = n;
  gboolean programs = sluice_live_model_get_group_by (self->model) == SLUICE_GROUP_BY_PROGRAM;
  g_autofree char *text = NULL;

  if (is_searching (self) || is_filtering (self))
    shown = MIN (sluice_program_table_get_n_top_rows (self->table), n);
  /* Translators: so many are shown of all that there are; the plural is that of the second number */
  if (shown < n && programs)
    text = g_strdup_printf (ngettext ("%u of %u program", "%u of %u programs", n), shown, n);
  else if (shown < n)
    text = g_strdup_printf (ngettext ("%u of %u group", "%u of %u groups", n), shown, n);
  else if (programs)
    text = g_strdup_printf (ngettext ("%u program", "%u programs", n), n);
  else
    text = g_strdup_printf (ngettext ("%u group", "%u groups", n), n);
  if (g_strcmp0 (gtk_label_get_text (self->count), text) != 0)
    gtk_label_set_text (self->count, text);
}

/* Where there is none, there was none yet, or something keeps them all from being seen. */
static void
explain_emptiness (SluiceProgramsPage *self)
{
  SluiceSample *latest = sluice_live_model_get_latest (self->model);
  const char *fault = self->failure != NULL ? self->failure : latest != NULL ? latest->fault : NULL;
  const char *remedy = _("What the interfaces move is complete all the same. When this is mended and programs still do "
                          "not appear, start Sluice again.");
  g_autofree char *text = NULL, *markup = NULL;

  if (self->failure != NULL)
    text = g_strdup (self->failure);
  else if (fault != NULL)
    text = g_strdup_printf ("%s\n\n%s", fault, remedy);
  else
    text = g_strdup (_("A program appears here as soon as it opens a connection. Load a web page and it will be the "
                        "first."));
  /* A status page's description is markup. */
  markup = g_markup_escape_text (text, -1);
  if (g_strcmp0 (adw_status_page_get_description (self->empty), markup) == 0)
    return;
  adw_status_page_set_icon_name (self->empty,
                                 fault != NULL ? "dialog-warning-symbolic" : "network-transmit-receive-symbolic");
  adw_status_page_set_title (self->empty, fault != NULL ? _("Programs Cannot Be Shown") : _("No Programs Yet"));
  adw_status_page_set_description (self->empty, markup);
  gtk_widget_set_visible (self->retry, self->failure != NULL);
}

/* Shows the table, or why there is none. */
static void
show_state (SluiceProgramsPage *self)
{
  gboolean rows = sluice_program_table_get_n_rows (self->table) > 0;
  const char *state = rows ? "table" : is_searching (self) || is_filtering (self) ? "nothing-found" : "empty";

  if (g_str_equal (state, "empty"))
    explain_emptiness (self);
  if (g_strcmp0 (state, gtk_stack_get_visible_child_name (self->stack)) == 0)
    return;
  if (g_str_equal (state, "nothing-found"))
    {
      gboolean searching = is_searching (self);
      const char *description = searching ? _("No program has all of these words in its name, path, user or unit.")
                                          : _("It appears here as soon as there is one.");

      adw_status_page_set_title (self->nothing_found, searching ? _("Nothing Found") : _("No Such Program Now"));
      adw_status_page_set_description (self->nothing_found, description);
      gtk_button_set_label (self->clear, searching ? _("_Clear Search") : _("_Show All Programs"));
    }
  gtk_stack_set_visible_child_name (self->stack, state);
}

static void
listed_cb (SluiceProgramsPage *self)
{
  if (self->model == NULL)
    return;
  show_count (self);
  show_state (self);
}

static void
filter_cb (SluiceProgramsPage *self)
{
  SluiceProgramFilter filter = 0;

  if (gtk_toggle_button_get_active (self->active))
    filter |= SLUICE_PROGRAM_FILTER_ACTIVE;
  if (gtk_toggle_button_get_active (self->listening))
    filter |= SLUICE_PROGRAM_FILTER_LISTENING;
  sluice_program_table_set_filter (self->table, filter);
}

static void
search_cb (SluiceProgramsPage *self)
{
  sluice_program_table_set_search (self->table, gtk_editable_get_text (self->search_entry));
}

static void
clear_cb (SluiceProgramsPage *self)
{
  if (is_searching (self))
    {
      gtk_editable_set_text (self->search_entry, "");
      gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
      return;
    }
  gtk_toggle_button_set_active (self->active, FALSE);
  gtk_toggle_button_set_active (self->listening, FALSE);
}

static void
search_mode_cb (SluiceProgramsPage *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROPERTY_SEARCH_MODE_ENABLED]);
}

static void
grouping_cb (SluiceProgramsPage *self)
{
  guint selected = gtk_drop_down_get_selected (self->grouping);

  if (self->loading || self->model == NULL || selected >= G_N_ELEMENTS (group_names))
    return;
  g_settings_set_string (self->settings, "group-by", group_names[selected]);
}

static void
group_setting_cb (SluiceProgramsPage *self)
{
  g_autofree char *name = g_settings_get_string (self->settings, "group-by");

  for (guint i = 0; i < G_N_ELEMENTS (group_names); i++)
    if (g_str_equal (name, group_names[i]))
      {
        self->loading = TRUE;
        gtk_drop_down_set_selected (self->grouping, i);
        self->loading = FALSE;
        sluice_program_table_set_group_by (self->table, (SluiceGroupBy) i);
        show_count (self);
      }
}

/* The order: kept in the settings, chosen by a header or by the menu. */

static void
sort_changed_cb (SluiceProgramsPage *self)
{
  SluiceProgramColumn column;
  gboolean descending;

  if (self->loading || self->settings == NULL)
    return;
  sluice_program_table_get_sort (self->table, &column, &descending);
  /* Both, before either is heard of. */
  self->loading = TRUE;
  g_settings_set_string (self->settings, "programs-sort-column", column_names[column]);
  self->loading = FALSE;
  g_settings_set_boolean (self->settings, "programs-sort-descending", descending);
}

static void
sort_setting_cb (SluiceProgramsPage *self)
{
  g_autofree char *name = NULL;
  gboolean descending;

  if (self->loading)
    return;
  name = g_settings_get_string (self->settings, "programs-sort-column");
  descending = g_settings_get_boolean (self->settings, "programs-sort-descending");
  for (guint i = 0; i < G_N_ELEMENTS (column_names); i++)
    if (g_strcmp0 (name, column_names[i]) == 0)
      sluice_program_table_set_sort (self->table, (SluiceProgramColumn) i, descending);
}

/* The pane. */

static int
pane_width (SluiceProgramsPage *self)
{
  return MAX (PANE_WIDTH, sluice_program_pane_get_good_width (self->pane));
}

static void
place_pane (SluiceProgramsPage *self)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self->paned));
  int height = gtk_widget_get_height (GTK_WIDGET (self->paned)), least;

  if (gtk_orientable_get_orientation (GTK_ORIENTABLE (self->paned)) == GTK_ORIENTATION_HORIZONTAL)
    {
      gtk_paned_set_position (self->paned, MAX (width - pane_width (self), 0));
      return;
    }
  gtk_widget_measure (GTK_WIDGET (self->pane), GTK_ORIENTATION_VERTICAL, width, &least, NULL, NULL, NULL);
  gtk_paned_set_position (self->paned, MAX (height - MAX (least, (int) (height * PANE_SHARE)), 0));
}

static void
width_cb (SluiceProgramsPage *self,
          int                 width)
{
  gboolean side = width >= pane_width (self) + TABLE_WIDTH;
  GtkOrientation orientation = side ? GTK_ORIENTATION_HORIZONTAL : GTK_ORIENTATION_VERTICAL;

  if (gtk_orientable_get_orientation (GTK_ORIENTABLE (self->paned)) == orientation && self->placed)
    return;
  self->placed = TRUE;
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->paned), orientation);
  /* At the side there is room for both; below the table the pane may have nearly all of it. */
  gtk_paned_set_shrink_start_child (self->paned, orientation == GTK_ORIENTATION_VERTICAL);
  sluice_program_pane_set_narrow (self->pane, orientation == GTK_ORIENTATION_VERTICAL);
  place_pane (self);
}

static void
sluice_programs_page_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (sluice_programs_page_parent_class)->map (widget);
  sluice_program_table_set_seen (SLUICE_PROGRAMS_PAGE (widget)->table, TRUE);
}

/* A window that is minimised stays mapped. */
static void
updated_cb (SluiceProgramsPage *self)
{
  gboolean seen = sluice_compat_is_seen (GTK_WIDGET (self));

  sluice_program_table_set_seen (self->table, seen);
  /* Programs come and go that a filter hides, and so do faults. */
  if (seen)
    listed_cb (self);
}

static void
sluice_programs_page_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (sluice_programs_page_parent_class)->unmap (widget);
  sluice_program_table_set_seen (SLUICE_PROGRAMS_PAGE (widget)->table, FALSE);
}

static void
selected_cb (SluiceProgramsPage *self)
{
  SluiceProgramItem *item = sluice_program_table_get_selected (self->table);
  gboolean was_shown = gtk_widget_get_visible (GTK_WIDGET (self->pane));

  sluice_program_pane_set_item (self->pane, item);
  gtk_widget_set_visible (GTK_WIDGET (self->pane), item != NULL);
  if (item != NULL && !was_shown)
    place_pane (self);
  sluice_program_actions_enable (self->actions);
}

static void
closed_cb (SluiceProgramsPage *self)
{
  sluice_program_table_select (self->table, NULL);
}

static void
menu_cb (SluiceProgramsPage *self,
         GdkRectangle       *place)
{
  sluice_program_actions_popup (self->actions, place);
}

static void
pointer_cb (SluiceProgramsPage       *self,
            GParamSpec               *pspec,
            GtkEventControllerMotion *motion)
{
  /* By opacity, so that nothing else moves. */
  gtk_widget_set_opacity (self->held, gtk_event_controller_motion_contains_pointer (motion) ? 1 : 0);
}

/* The menu's actions are the settings themselves. */
static void
add_setting_actions (SluiceProgramsPage *self)
{
  g_autoptr (GAction) column = g_settings_create_action (self->settings, "programs-sort-column");
  g_autoptr (GAction) descending = g_settings_create_action (self->settings, "programs-sort-descending");

  self->page_actions = g_simple_action_group_new ();
  g_action_map_add_action (G_ACTION_MAP (self->page_actions), column);
  g_action_map_add_action (G_ACTION_MAP (self->page_actions), descending);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "programs", G_ACTION_GROUP (self->page_actions));
}

static void
sluice_programs_page_get_property (GObject    *object,
                                   guint       property,
                                   GValue     *value,
                                   GParamSpec *pspec)
{
  if (property == PROPERTY_SEARCH_MODE_ENABLED)
    g_value_set_boolean (value, gtk_search_bar_get_search_mode (SLUICE_PROGRAMS_PAGE (object)->search_bar));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
}

static void
sluice_programs_page_set_property (GObject      *object,
                                   guint         property,
                                   const GValue *value,
                                   GParamSpec   *pspec)
{
  if (property == PROPERTY_SEARCH_MODE_ENABLED)
    sluice_programs_page_set_search_mode (SLUICE_PROGRAMS_PAGE (object), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
}

static void
sluice_programs_page_dispose (GObject *object)
{
  SluiceProgramsPage *self = SLUICE_PROGRAMS_PAGE (object);

  g_clear_object (&self->actions);
  adw_bin_set_child (ADW_BIN (self), NULL);
  g_clear_object (&self->page_actions);
  g_clear_object (&self->settings);
  g_clear_object (&self->model);

  G_OBJECT_CLASS (sluice_programs_page_parent_class)->dispose (object);
}

static void
sluice_programs_page_finalize (GObject *object)
{
  g_free (SLUICE_PROGRAMS_PAGE (object)->failure);

  G_OBJECT_CLASS (sluice_programs_page_parent_class)->finalize (object);
}

static void
sluice_programs_page_class_init (SluiceProgramsPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = sluice_programs_page_get_property;
  object_class->set_property = sluice_programs_page_set_property;
  object_class->dispose = sluice_programs_page_dispose;
  object_class->finalize = sluice_programs_page_finalize;
  widget_class->map = sluice_programs_page_map;
  widget_class->unmap = sluice_programs_page_unmap;

  properties[PROPERTY_SEARCH_MODE_ENABLED]
      = g_param_spec_boolean ("search-mode-enabled", NULL, NULL, FALSE,
                              G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);

  g_type_ensure (SLUICE_TYPE_PROGRAM_TABLE);
  g_type_ensure (SLUICE_TYPE_PROGRAM_PANE);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/sluice/Sluice/programs-page.ui");
  gtk_widget_class_bind_template_child (widget_class, SluiceProgramsPage, search_bar);
  gtk_widget_class_bind_template_child (widget_class, SluiceProgramsPage, search_entry);
  gtk_widget_class_bind_template_child (widget_class, SluiceProgramsPage, active);
  gtk_widget_class_bind_template_child (widget_class, SluiceProgramsPage, listening);
  gtk_widget_class_bind_template_child (widget_class, SluiceProgramsPage, grouping);
  gtk_widget_class_bind_template_child (widget_class, SluiceProgramsPage, paned);
  gtk_widget_class_bind_template_child (widget_class, SluiceProgramsPage, stack);
  gtk_widget_class_bind_template_child (widget_class, SluiceProgramsPage, table);
  gtk_widget_class_bind_template_child (widget_class, SluiceProgramsPage, nothing_found);
  gtk_widget_class_bind_template_child (widget_class, SluiceProgramsPage, empty);
  gtk_widget_class_bind_template_child (widget_class, SluiceProgramsPage, retry);
  gtk_widget_class_bind_template_child (widget_class, SluiceProgramsPage, clear);
  gtk_widget_class_bind_template_child (widget_class, SluiceProgramsPage, pane);
  gtk_widget_class_bind_template_child (widget_class, SluiceProgramsPage, count);
  gtk_widget_class_bind_template_child (widget_class, SluiceProgramsPage, held);
  gtk_widget_class_bind_template_child (widget_class, SluiceProgramsPage, row_menu);
  gtk_widget_class_bind_template_callback (widget_class, search_cb);
  gtk_widget_class_bind_template_callback (widget_class, filter_cb);
  gtk_widget_class_bind_template_callback (widget_class, grouping_cb);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, menu_cb);
  gtk_widget_class_bind_template_callback (widget_class, listed_cb);
  gtk_widget_class_bind_template_callback (widget_class, sort_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, clear_cb);
  gtk_widget_class_bind_template_callback (widget_class, closed_cb);
}

static void
sluice_programs_page_init (SluiceProgramsPage *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_search_bar_connect_entry (self->search_bar, self->search_entry);
  gtk_search_bar_set_key_capture_widget (self->search_bar, GTK_WIDGET (self->table));
  g_signal_connect_swapped (self->search_bar, "notify::search-mode-enabled", G_CALLBACK (search_mode_cb), self);
  g_signal_connect_swapped (motion, "notify::contains-pointer", G_CALLBACK (pointer_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->table), motion);
  g_signal_connect_object (sluice_width_layout_install (GTK_WIDGET (self)), "width-changed", G_CALLBACK (width_cb),
                           self, G_CONNECT_SWAPPED);
  self->actions = sluice_program_actions_new (GTK_WIDGET (self), self->table, self->pane, self->row_menu);
}

/**
 * sluice_programs_page_new:
 * @model: what it shows
 * @settings: the app's
 * @names: (nullable): what addresses are called
 *
 * Returns: (transfer floating): the page
 */
GtkWidget *
sluice_programs_page_new (SluiceLiveModel *model,
                          GSettings       *settings,
                          SluiceHostNames *names)
{
  SluiceProgramsPage *self = g_object_new (SLUICE_TYPE_PROGRAMS_PAGE, NULL);

  self->model = g_object_ref (model);
  self->settings = g_object_ref (settings);
  g_signal_connect_object (model, "updated", G_CALLBACK (updated_cb), self, G_CONNECT_SWAPPED);
  sluice_program_table_attach (self->table, model, settings);
  sluice_program_pane_attach (self->pane, model, settings, names);
  add_setting_actions (self);
  g_signal_connect_object (settings, "changed::group-by", G_CALLBACK (group_setting_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::programs-sort-column", G_CALLBACK (sort_setting_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::programs-sort-descending", G_CALLBACK (sort_setting_cb), self,
                           G_CONNECT_SWAPPED);
  group_setting_cb (self);
  sort_setting_cb (self);
  listed_cb (self);

  return GTK_WIDGET (self);
}

/**
 * sluice_programs_page_show_program:
 * @self: the page
 * @identity: a program's
 *
 * Selects a program, whatever is searched for now, and shows its pane.
 */
void
sluice_programs_page_show_program (SluiceProgramsPage *self,
                                   const char         *identity)
{
  SluiceProgramItem *item;

  g_return_if_fail (SLUICE_IS_PROGRAMS_PAGE (self));

  item = sluice_live_model_find_program (self->model, identity);
  if (item == NULL)
    return;
  gtk_search_bar_set_search_mode (self->search_bar, FALSE);
  /* The entry tells of its change late. */
  sluice_program_table_set_search (self->table, "");
  sluice_program_table_select (self->table, item);
}

/**
 * sluice_programs_page_set_search_mode:
 * @self: the page
 * @enabled: whether to show the search entry, and to have it take what is typed
 */
void
sluice_programs_page_set_search_mode (SluiceProgramsPage *self,
                                      gboolean            enabled)
{
  g_return_if_fail (SLUICE_IS_PROGRAMS_PAGE (self));

  gtk_search_bar_set_search_mode (self->search_bar, enabled);
  if (enabled)
    gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
}

/**
 * sluice_programs_page_set_failure:
 * @self: the page
 * @sentence: (nullable): why nothing can be measured, or %NULL when it can
 *
 * Says it where there is no program to show.
 */
void
sluice_programs_page_set_failure (SluiceProgramsPage *self,
                                  const char         *sentence)
{
  g_return_if_fail (SLUICE_IS_PROGRAMS_PAGE (self));

  g_free (self->failure);
  self->failure = g_strdup (sentence);
  show_state (self);
}

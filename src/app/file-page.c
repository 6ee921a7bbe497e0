#include "app/file-page.h"

#include "sluice-config.h"

#include <glib/gi18n-lib.h>

#include "app/traffic-page.h"

struct _SluiceFilePage
{
  AdwBin parent_instance;

  GSettings *settings;
  SluiceHostNames *names;
  SluiceRecording *recording;
  char *fault;
  guint progress_id;

  GtkStack *stack;
  GtkProgressBar *progress;
  AdwStatusPage *failed;
  AdwBin *traffic;
};

G_DEFINE_FINAL_TYPE (SluiceFilePage, sluice_file_page, ADW_TYPE_BIN)

enum
{
  SIGNAL_READ,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

/* How much was read, where the size of the file is known, and up to when. */
static gboolean
progress_cb (gpointer data)
{
  SluiceFilePage *self = data;
  const double progress = sluice_recording_get_progress (self->recording);
  gint64 reached = sluice_recording_get_reached (self->recording);
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_local (reached / G_USEC_PER_SEC);
  g_autofree char *clock = reached != 0 && date != NULL ? g_date_time_format (date, "%x %X") : NULL;
  g_autofree char *text = NULL;

  if (progress >= 0)
    gtk_progress_bar_set_fraction (self->progress, MIN (progress, 1));
  else
    gtk_progress_bar_pulse (self->progress);
  if (clock == NULL)
    return G_SOURCE_CONTINUE;
  /* Translators: how far a capture file was read: date and time of its packets */
  text = g_strdup_printf (_("Read up to %s"), clock);
  gtk_progress_bar_set_text (self->progress, text);
  gtk_progress_bar_set_show_text (self->progress, TRUE);

  return G_SOURCE_CONTINUE;
}

static void
fail (SluiceFilePage *self,
      const char     *sentence)
{
  g_autofree char *markup = g_markup_escape_text (sentence, -1);

  adw_status_page_set_description (self->failed, markup);
  gtk_stack_set_visible_child_name (self->stack, "failed");
}

static void
set_fault (SluiceFilePage *self,
           const char     *sentence)
{
  g_free (self->fault);
  self->fault = g_strdup (sentence);
}

static void
done_cb (SluiceFilePage *self)
{
  gint64 from, to;

  g_clear_handle_id (&self->progress_id, g_source_remove);
  set_fault (self, sluice_recording_get_fault (self->recording));
  if (sluice_recording_get_span (self->recording, &from, &to))
    {
      GtkWidget *page
        = sluice_traffic_page_new (sluice_recording_get_model (self->recording), self->settings, self->names);

      sluice_traffic_page_set_recorded (SLUICE_TRAFFIC_PAGE (page), from, to);
      adw_bin_set_child (self->traffic, page);
      gtk_stack_set_visible_child_name (self->stack, "traffic");
    }
  else
    {
      if (self->fault == NULL)
        set_fault (self, _("There is no packet in this file."));
      fail (self, self->fault);
    }
  g_signal_emit (self, signals[SIGNAL_READ], 0);
}

static void
sluice_file_page_dispose (GObject *object)
{
  SluiceFilePage *self = SLUICE_FILE_PAGE (object);

  g_clear_handle_id (&self->progress_id, g_source_remove);
  if (self->recording != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->recording, self);
      sluice_recording_cancel (self->recording);
    }
  g_clear_object (&self->recording);
  g_clear_object (&self->names);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (sluice_file_page_parent_class)->dispose (object);
}

static void
sluice_file_page_finalize (GObject *object)
{
  g_free (SLUICE_FILE_PAGE (object)->fault);

  G_OBJECT_CLASS (sluice_file_page_parent_class)->finalize (object);
}

static void
sluice_file_page_class_init (SluiceFilePageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = sluice_file_page_dispose;
  object_class->finalize = sluice_file_page_finalize;

  signals[SIGNAL_READ] = g_signal_new ("read", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                       G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/sluice/Sluice/file-page.ui");
  gtk_widget_class_bind_template_child (widget_class, SluiceFilePage, stack);
  gtk_widget_class_bind_template_child (widget_class, SluiceFilePage, progress);
  gtk_widget_class_bind_template_child (widget_class, SluiceFilePage, failed);
  gtk_widget_class_bind_template_child (widget_class, SluiceFilePage, traffic);
}

static void
sluice_file_page_init (SluiceFilePage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * sluice_file_page_new:
 * @settings: the app's
 * @names: (nullable): who asks for names of hosts
 *
 * Returns: (transfer floating): a page that shows no file yet
 */
GtkWidget *
sluice_file_page_new (GSettings       *settings,
                      SluiceHostNames *names)
{
  SluiceFilePage *self = g_object_new (SLUICE_TYPE_FILE_PAGE, NULL);

  self->settings = g_object_ref (settings);
  g_set_object (&self->names, names);

  return GTK_WIDGET (self);
}

/**
 * sluice_file_page_follow:
 * @self: a page that shows no file yet
 * @recording: what it shows, while it is read and when it was
 */
void
sluice_file_page_follow (SluiceFilePage  *self,
                         SluiceRecording *recording)
{
  g_return_if_fail (SLUICE_IS_FILE_PAGE (self));
  g_return_if_fail (self->recording == NULL);

  self->recording = g_object_ref (recording);
  g_signal_connect_swapped (recording, "done", G_CALLBACK (done_cb), self);
  self->progress_id = g_timeout_add (150, progress_cb, self);
}

/**
 * sluice_file_page_open:
 * @self: a page that shows no file yet
 * @file: a capture file
 * @interfaces: (nullable): #SluiceInterfaceItem, whose addresses are on the near side
 *
 * Begins to read @file, or says why that cannot be done.
 */
void
sluice_file_page_open (SluiceFilePage *self,
                       GFile          *file,
                       GListModel     *interfaces)
{
  g_autoptr (SluiceRecording) recording = sluice_recording_new ();
  g_autofree char *path = g_file_get_path (file);
  g_autoptr (GError) error = NULL;

  g_return_if_fail (SLUICE_IS_FILE_PAGE (self));

  sluice_file_page_follow (self, recording);
  if (path != NULL && sluice_recording_start (recording, path, interfaces, &error))
    return;
  g_clear_handle_id (&self->progress_id, g_source_remove);
  set_fault (self, error != NULL ? error->message
                                 : _("Only files of this computer can be opened; copy it here first."));
  fail (self, self->fault);
}

/**
 * sluice_file_page_get_fault:
 * @self: a page
 *
 * Returns: (transfer none) (nullable): why not all of the file is shown, one sentence; where none of it is, the page
 *   itself says so
 */
const char *
sluice_file_page_get_fault (SluiceFilePage *self)
{
  g_return_val_if_fail (SLUICE_IS_FILE_PAGE (self), NULL);

  return g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "traffic") == 0 ? self->fault : NULL;
}

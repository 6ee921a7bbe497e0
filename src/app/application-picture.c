#include "app/application-private.h"

#include "app/screenshot.h"

/* How --screenshot goes: wait for the first sample, then as long as was asked for, then for the frames that show it. */

/* The first frame after this lays out what came last, the second one shows it. */
#define N_FRAMES 3
/* Longer than any interval that can be set would be odd; the picture then shows what there is. */
#define PATIENCE_MS 15000

/* All that was to be drawn is drawn; before, GTK may have dropped its picture for a new one. */
static void
painted_cb (GdkFrameClock     *clock,
            SluiceApplication *self)
{
  g_autoptr (GError) error = NULL;

  g_signal_handlers_disconnect_by_func (clock, painted_cb, self);
  if (sluice_screenshot_take (GTK_WIDGET (sluice_application_get_window (self)), self->line.screenshot, &error))
    {
      sluice_application_end (self, EXIT_SUCCESS);
      return;
    }
  g_printerr ("sluice: %s\n", error->message);
  sluice_application_end (self, EXIT_FAILURE);
}

static gboolean
frame_cb (GtkWidget     *widget,
          GdkFrameClock *clock,
          gpointer       data)
{
  SluiceApplication *self = data;

  gtk_widget_queue_draw (widget);
  if (self->frames_to_picture-- > 0)
    return G_SOURCE_CONTINUE;
  g_signal_connect_object (clock, "after-paint", G_CALLBACK (painted_cb), self, 0);

  return G_SOURCE_REMOVE;
}

static gboolean
take_cb (gpointer data)
{
  SluiceApplication *self = data;

  self->picture_id = 0;
  self->frames_to_picture = N_FRAMES;
  gtk_widget_add_tick_callback (GTK_WIDGET (sluice_application_get_window (self)), frame_cb, self, NULL);

  return G_SOURCE_REMOVE;
}

static void
first_sample_cb (SluiceApplication *self)
{
  g_signal_handlers_disconnect_by_func (self->model, first_sample_cb, self);
  g_clear_handle_id (&self->picture_id, g_source_remove);
  self->picture_id = g_timeout_add ((guint) (self->line.after * 1000), take_cb, self);
}

/**
 * sluice_application_picture:
 * @self: the app, whose window is shown
 *
 * Takes the picture that the command line asks for, once there is something on it, and ends the app. With nothing to
 * measure, the picture shows what the window says about that: when that turns out, call it again.
 */
void
sluice_application_picture (SluiceApplication *self)
{
  g_signal_handlers_disconnect_by_func (self->model, first_sample_cb, self);
  g_clear_handle_id (&self->picture_id, g_source_remove);
  g_signal_connect_object (self->model, "updated", G_CALLBACK (first_sample_cb), self, G_CONNECT_SWAPPED);
  self->picture_id = g_timeout_add (self->failure != NULL ? 500 : PATIENCE_MS, take_cb, self);
}

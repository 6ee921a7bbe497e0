#include "app/screenshot.h"

#include "sluice-config.h"

#include <glib/gi18n-lib.h>

/**
 * sluice_screenshot_take:
 * @window: a window that has been drawn
 * @file: where the picture goes
 * @error: one sentence
 *
 * Draws the window once more, into a PNG. Needs no screen contents, so it works the same on X11 and Wayland.
 *
 * Returns: %TRUE when the whole picture is on disk
 */
gboolean
sluice_screenshot_take (GtkWidget  *window,
                        const char *file,
                        GError    **error)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (window);
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GFile) target = g_file_new_for_path (file);
  g_autoptr (GError) problem = NULL;
  GskRenderer *renderer = gtk_native_get_renderer (GTK_NATIVE (window));

  gdk_paintable_snapshot (paintable, snapshot, gdk_paintable_get_intrinsic_width (paintable),
                          gdk_paintable_get_intrinsic_height (paintable));
  node = gtk_snapshot_free_to_node (g_steal_pointer (&snapshot));
  if (renderer == NULL || node == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                           _("There is nothing to take a picture of: the window has not been drawn."));
      return FALSE;
    }

  texture = gsk_renderer_render_texture (renderer, node, NULL);
  bytes = gdk_texture_save_to_png_bytes (texture);
  /* What stands there and is no file, such as a device, is refused, not replaced. */
  if (g_file_replace_contents (target, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL, FALSE,
                               G_FILE_CREATE_NONE, NULL, NULL, &problem))
    return TRUE;
  g_set_error (error, problem->domain, problem->code, _("The picture could not be written: %s."), problem->message);

  return FALSE;
}

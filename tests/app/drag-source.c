#include <gtk/gtk.h>

/* A window of another program, from which the files that were given can be dragged. */

static GdkContentProvider *
prepare_cb (GtkDragSource *source,
            double         x,
            double         y,
            gpointer       data)
{
  GSList *files = NULL;
  GdkContentProvider *content;
  GdkFileList *list;

  for (char **path = data; *path != NULL; path++)
    files = g_slist_append (files, g_file_new_for_commandline_arg (*path));
  list = gdk_file_list_new_from_list (files);
  content = gdk_content_provider_new_typed (GDK_TYPE_FILE_LIST, list);
  g_boxed_free (GDK_TYPE_FILE_LIST, list);
  g_slist_free_full (files, g_object_unref);

  return content;
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  GtkDragSource *source;
  GtkWidget *window;
  GtkWidget *label;

  gtk_init ();
  source = gtk_drag_source_new ();
  window = gtk_window_new ();
  label = gtk_label_new ("Files");
  g_signal_connect (source, "prepare", G_CALLBACK (prepare_cb), argv + 1);
  gtk_widget_add_controller (label, GTK_EVENT_CONTROLLER (source));
  gtk_window_set_child (GTK_WINDOW (window), label);
  gtk_window_set_title (GTK_WINDOW (window), "Files to drag");
  gtk_window_set_default_size (GTK_WINDOW (window), 200, 150);
  gtk_window_present (GTK_WINDOW (window));
  g_main_loop_run (loop);

  return 0;
}

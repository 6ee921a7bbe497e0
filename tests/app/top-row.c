#include "app/top-row.h"

#include <adwaita.h>

#include "begin.h"
#include "draw/part.h"
#include "programs-fixture.h"
#include "tests/hostile.h"

typedef struct
{
  GtkWidget *window;
  SluiceTopRow *row;
  SluiceProgram *program;
  SluiceTopFigures figures;
} Case;

static SluiceProgram *
make_program (const char *name)
{
  SluiceProgram *program = sluice_program_new ();

  program->kind = SLUICE_PROGRAM_PROCESS;
  program->pid = 100;
  program->name = sluice_text_sanitise (name, -1, SLUICE_NAME_MAX);
  program->path = g_strdup_printf ("/usr/bin/%s", program->name);
  program->executable = g_strdup (program->path);
  sluice_program_seal (program);

  return program;
}

static void
set_up (Case         *test,
        gconstpointer data)
{
  GtkWidget *list = gtk_list_box_new ();

  test->program = make_program ("browser");
  test->figures = (SluiceTopFigures){ .seconds = 2, .now = G_USEC_PER_SEC, .whole = 8000, .shown = { TRUE, TRUE } };
  test->row = SLUICE_TOP_ROW (sluice_top_row_new ());
  gtk_list_box_append (GTK_LIST_BOX (list), GTK_WIDGET (test->row));
  test->window = gtk_window_new ();
  gtk_window_set_child (GTK_WINDOW (test->window), list);
  gtk_window_present (GTK_WINDOW (test->window));
  fixture_wait (50);
}

static void
tear_down (Case         *test,
           gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (test->window));
  sluice_program_unref (test->program);
  fixture_wait (20);
}

static void
set_entry (Case          *test,
           SluiceProgram *program,
           guint64        rx,
           guint64        tx)
{
  SluiceTimelineEntry entry = { program != NULL ? program->identity : NULL, program, .bytes = { rx, tx } };

  sluice_top_row_set_entry (test->row, &entry, NULL, SLUICE_PART_OTHER, &test->figures);
}

static gboolean
shows (Case       *test,
       const char *text)
{
  return find_text (GTK_WIDGET (test->row), text) != NULL;
}

static void
test_figures (Case         *test,
              gconstpointer data)
{
  set_entry (test, test->program, 2000, 2000);
  g_assert_true (shows (test, "browser"));
  g_assert_true (shows (test, "▼ 8.00 kbit/s"));
  g_assert_true (shows (test, "▲ 8.00 kbit/s"));
  g_assert_true (shows (test, "50 %"));
  test->figures.units.rate = SLUICE_RATE_UNIT_BYTES;
  set_entry (test, test->program, 2000, 2000);
  g_assert_true (shows (test, "▼ 1.00 kB/s"));
}

static void
test_one_direction (Case         *test,
                    gconstpointer data)
{
  test->figures.shown[SLUICE_TX] = FALSE;
  set_entry (test, test->program, 2000, 2000);
  g_assert_true (shows (test, "▼ 8.00 kbit/s"));
  g_assert_false (shows (test, "▲ 8.00 kbit/s"));
  g_assert_true (shows (test, "25 %"));
}

static void
test_nothing (Case         *test,
              gconstpointer data)
{
  /* No time and no bytes are no reason to divide by them. */
  test->figures.seconds = 0;
  test->figures.whole = 0;
  set_entry (test, test->program, 0, 0);
  g_assert_true (shows (test, "▼ 0 bit/s"));
  g_assert_true (shows (test, "0 %"));
  /* Rounding never makes more than all of it. */
  test->figures.whole = 8000;
  set_entry (test, test->program, 8000, 8000);
  g_assert_true (shows (test, "100 %"));
}

static void
test_nobody (Case         *test,
             gconstpointer data)
{
  set_entry (test, test->program, 2000, 2000);
  g_assert_cmpstr (sluice_top_row_get_identity (test->row), ==, test->program->identity);
  g_assert_false (shows (test, "What is this?"));
  set_entry (test, NULL, 2000, 2000);
  g_assert_null (sluice_top_row_get_identity (test->row));
  g_assert_true (shows (test, "Unattributed"));
  g_assert_true (shows (test, "What is this?"));
  g_assert_false (gtk_list_box_row_get_activatable (GTK_LIST_BOX_ROW (test->row)));
  g_assert_null (gtk_widget_get_tooltip_text (find_text (GTK_WIDGET (test->row), "Unattributed")));
  set_entry (test, test->program, 2000, 2000);
  g_assert_false (shows (test, "What is this?"));
  g_assert_true (gtk_list_box_row_get_activatable (GTK_LIST_BOX_ROW (test->row)));
}

static gboolean
explains (Case       *test,
          const char *words)
{
  GtkWidget *button = find_type (GTK_WIDGET (test->row), GTK_TYPE_MENU_BUTTON);
  GtkWidget *label = gtk_popover_get_child (gtk_menu_button_get_popover (GTK_MENU_BUTTON (button)));

  return strstr (gtk_label_get_text (GTK_LABEL (label)), words) != NULL;
}

/* What is not known depends on what was looked at. */
static void
test_besides (Case         *test,
              gconstpointer data)
{
  for (guint by = 0; by < SLUICE_N_BREAKDOWNS; by++)
    {
      const char *unseen = by == SLUICE_BY_PROGRAM ? "over UDP" : "Without packets";

      test->figures.by = by;
      test->figures.packets = FALSE;
      set_entry (test, NULL, 2000, 2000);
      g_assert_true (explains (test, unseen));
      test->figures.packets = TRUE;
      set_entry (test, NULL, 2000, 2000);
      g_assert_false (explains (test, unseen));
      g_assert_true (explains (test, "no room to keep"));
    }
}

static void
test_address (Case         *test,
              gconstpointer data)
{
  char identity[] = "some host";

  for (guint8 last = 7; last < 9; last++)
    {
      const SluiceAddress address = sluice_address_from_ipv4 ((const guint8[]){ 198, 51, 100, last });
      SluiceHost *host = sluice_host_new (&address);
      SluiceTimelineEntry entry = { .identity = identity, .host = host, .bytes = { 1, 1 } };

      test->figures.by = SLUICE_BY_HOST;
      sluice_top_row_set_entry (test->row, &entry, NULL, SLUICE_PART_OTHER, &test->figures);
      g_assert_true (shows (test, last == 7 ? "198.51.100.7" : "198.51.100.8"));

      /* The name comes first then; hosts may share it. */
      host->name = g_strdup ("example.org");
      sluice_top_row_set_entry (test->row, &entry, NULL, SLUICE_PART_OTHER, &test->figures);
      g_assert_true (shows (test, "example.org"));
      g_assert_true (shows (test, last == 7 ? "198.51.100.7" : "198.51.100.8"));
      sluice_top_row_set_narrow (test->row, TRUE, FALSE);
      fixture_wait (20);
      g_assert_true (shows (test, "example.org"));
      g_assert_false (shows (test, last == 7 ? "198.51.100.7" : "198.51.100.8"));
      sluice_top_row_set_narrow (test->row, FALSE, FALSE);
      sluice_host_unref (host);
    }
  set_entry (test, test->program, 1, 1);
  g_assert_false (shows (test, "198.51.100.8"));
}

/* What comes of the names that an image was given. */
static void
assert_icon (GtkImage   *image,
             const char *name)
{
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gtk_widget_get_display (GTK_WIDGET (image)));
  g_autoptr (GtkIconPaintable) icon
    = gtk_icon_theme_lookup_by_gicon (theme, gtk_image_get_gicon (image), 16, 1, GTK_TEXT_DIR_LTR, 0);

  g_assert_cmpstr (gtk_icon_paintable_get_icon_name (icon), ==, name);
}

static void
test_icon (Case         *test,
           gconstpointer data)
{
  GtkImage *image = GTK_IMAGE (find_type (GTK_WIDGET (test->row), GTK_TYPE_IMAGE));
  SluiceProgram *others = sluice_program_other_users ();

  /* An icon that no theme has would be a broken picture. */
  test->program->icon_name = g_strdup ("../../no such icon");
  set_entry (test, test->program, 1, 1);
  assert_icon (image, "application-x-executable-symbolic");
  set_entry (test, others, 1, 1);
  assert_icon (image, "system-users-symbolic");
  g_assert_true (shows (test, "Other users"));
  g_assert_cmpstr (sluice_top_row_get_identity (test->row), ==, others->identity);
  sluice_program_unref (others);
}

static void
test_hostile (Case         *test,
              gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (hostile_texts); i++)
    {
      g_autoptr (SluiceProgram) program = make_program (hostile_texts[i]);
      GtkWidget *label;

      set_entry (test, program, 1000, 1000);
      fixture_wait (20);
      label = find_text (GTK_WIDGET (test->row), program->name);
      if (label == NULL)
        g_error ("“%s” is not shown", program->name);
      g_assert_false (gtk_label_get_use_markup (GTK_LABEL (label)));
      g_assert_cmpstr (gtk_widget_get_tooltip_text (label), ==, program->path);
    }
}

static void
assert_rate_whole (Case       *test,
                   const char *rate)
{
  GtkWidget *text = find_text (GTK_WIDGET (test->row), rate);
  g_autoptr (PangoLayout) layout = NULL;
  int width;

  g_assert_nonnull (text);
  layout = gtk_widget_create_pango_layout (text, rate);
  pango_layout_get_pixel_size (layout, &width, NULL);
  g_assert_cmpint (width, <=, gtk_widget_get_width (text));
}

static void
test_narrow (Case         *test,
             gconstpointer data)
{
  set_entry (test, NULL, 2000, 2000);
  sluice_top_row_set_narrow (test->row, TRUE, FALSE);
  fixture_wait (50);
  g_assert_false (shows (test, "50 %"));
  g_assert_false (shows (test, "What is this?"));
  g_assert_true (shows (test, "▼ 8.00 kbit/s"));
  /* Where even the rates have no room beside each other, none of them is cut. */
  sluice_top_row_set_narrow (test->row, TRUE, TRUE);
  gtk_window_set_default_size (GTK_WINDOW (test->window), 1, 1);
  fixture_wait (50);
  assert_rate_whole (test, "▼ 8.00 kbit/s");
  assert_rate_whole (test, "▲ 8.00 kbit/s");
  sluice_top_row_set_narrow (test->row, FALSE, FALSE);
  fixture_wait (50);
  g_assert_true (shows (test, "50 %"));
  g_assert_true (shows (test, "What is this?"));
}

int
main (int    argc,
      char **argv)
{
  begin_app_test (&argc, &argv);

#define ADD(path, func) g_test_add (path, Case, NULL, set_up, func, tear_down)
  ADD ("/top-row/writes-rates-and-the-share-of-the-whole", test_figures);
  ADD ("/top-row/leaves-out-the-direction-that-is-not-shown", test_one_direction);
  ADD ("/top-row/never-divides-by-nothing-nor-exceeds-the-whole", test_nothing);
  ADD ("/top-row/explains-what-belongs-to-no-program", test_nobody);
  ADD ("/top-row/explains-what-was-not-known-by-how-it-was-looked-for", test_besides);
  ADD ("/top-row/has-a-host-s-address-behind-its-name", test_address);
  ADD ("/top-row/shows-no-icon-that-is-missing", test_icon);
  ADD ("/top-row/shows-hostile-names-as-text", test_hostile);
  ADD ("/top-row/leaves-out-ornaments-where-it-is-narrow", test_narrow);

  return g_test_run ();
}

#pragma once

#include <gtk/gtk.h>
#include <string.h>
#include <time.h>

#include "engine/live-model.h"
#include "model/text.h"
#include "tests/deadline.h"

/*
 * A live model that is fed by hand: processes that stay, and a sample of what they move each time it is asked for.
 */
typedef struct
{
  SluiceProgram *program;
  guint64 bytes[SLUICE_N_DIRECTIONS]; /* in each sample */
  guint n_connections;
  guint n_listening;
  guint rtt_us;
} FixtureProcess;

typedef struct
{
  SluiceLiveModel *model;
  SluiceInterface *interface;
  GArray *processes; /* FixtureProcess */
  gint64 time;
  guint64 total[SLUICE_N_DIRECTIONS];
  const char *fault; /* of each sample from now on */
} Fixture;

static inline void
fixture_init (Fixture *fixture)
{
  struct timespec now;

  memset (fixture, 0, sizeof *fixture);
  fixture->model = sluice_live_model_new (NULL);
  fixture->interface = sluice_interface_new (1, 2, "eth0");
  fixture->interface->up = fixture->interface->running = TRUE;
  fixture->processes = g_array_new (FALSE, TRUE, sizeof (FixtureProcess));
  /* Charts know what time it is. */
  clock_gettime (CLOCK_BOOTTIME, &now);
  fixture->time = (gint64) now.tv_sec * G_USEC_PER_SEC;
}

static inline void
fixture_clear (Fixture *fixture)
{
  for (guint i = 0; i < fixture->processes->len; i++)
    sluice_program_unref (g_array_index (fixture->processes, FixtureProcess, i).program);
  g_array_unref (fixture->processes);
  sluice_interface_unref (fixture->interface);
  g_object_unref (fixture->model);
}

/* Adds a process; @name goes through the sanitiser as it would at the door. */
static inline FixtureProcess *
fixture_add (Fixture    *fixture,
             gint32      pid,
             const char *name,
             const char *user)
{
  FixtureProcess process = { sluice_program_new () };
  SluiceProgram *program = process.program;

  program->kind = SLUICE_PROGRAM_PROCESS;
  program->pid = pid;
  program->start_time = 4711;
  program->uid = g_str_equal (user, "root") ? 0 : 1000;
  program->user = g_strdup (user);
  program->name = sluice_text_sanitise (name, -1, SLUICE_NAME_MAX);
  program->path = g_strdup_printf ("/usr/bin/%s", program->name);
  program->executable = g_strdup (program->path);
  sluice_program_seal (program);
  g_array_append_val (fixture->processes, process);

  return &g_array_index (fixture->processes, FixtureProcess, fixture->processes->len - 1);
}

static inline void
fixture_add_connection (SluiceSample *sample,
                        guint         program,
                        guint         number,
                        gboolean      listening,
                        const guint64 bytes[SLUICE_N_DIRECTIONS],
                        guint         rtt_us)
{
  SluiceConnectionRow row = { .id = program * 100000ull + number + 1, .program = program, .interface = 0 };
  SluiceAddress local = sluice_address_from_ipv4 ((const guint8[]){ 192, 0, 2, 10 });
  guint8 third = (guint8) (100 + number / 200 % 100);
  SluiceAddress remote
    = sluice_address_from_ipv4 ((const guint8[]){ 198, 51, third, (guint8) (1 + number % 200) });
  SluiceAddress any = { .family = SLUICE_FAMILY_IPV4 };

  if (listening)
    sluice_flow_key_init (&row.key, 6, &any, (guint16) (8000 + number), NULL, 0);
  else
    sluice_flow_key_init (&row.key, 6, &local, (guint16) (40000 + number % 20000), &remote, 443);
  row.flags = listening ? SLUICE_CONNECTION_LISTENING : SLUICE_CONNECTION_BYTES_KNOWN;
  row.state = listening ? 10 : 1;
  row.rtt_us = rtt_us;
  row.total_retransmits = number % 5 == 4 ? number : 0;
  row.bytes[SLUICE_RX] = bytes[SLUICE_RX];
  row.bytes[SLUICE_TX] = bytes[SLUICE_TX];
  g_array_append_val (sample->connections, row);
}

/* The next second, in which every process moved what it moves. */
static inline void
fixture_tick (Fixture *fixture)
{
  g_autoptr (SluiceSample) sample = sluice_sample_new ();
  SluiceInterfaceRow interface = { .interface = sluice_interface_ref (fixture->interface), .listed = TRUE };

  fixture->time += G_USEC_PER_SEC;
  sample->source = SLUICE_SOURCE_KERNEL;
  sample->estimated = TRUE;
  sample->time = fixture->time;
  sample->wall_time = g_get_real_time ();
  sample->duration = G_USEC_PER_SEC;
  sample->n_merged = 1;
  sample->has_connections = TRUE;
  sample->fault = g_strdup (fixture->fault);
  for (guint i = 0; i < fixture->processes->len; i++)
    {
      const FixtureProcess *process = &g_array_index (fixture->processes, FixtureProcess, i);
      SluiceProgramLink link = { 0, { process->bytes[SLUICE_RX], process->bytes[SLUICE_TX] } };
      SluiceProgramRow row = { .program = sluice_program_ref (process->program),
                               .connections = process->n_connections,
                               .listening = process->n_listening,
                               .rtt_us = process->rtt_us,
                               .first_link = i,
                               .n_links = 1 };
      guint64 share[SLUICE_N_DIRECTIONS];

      for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
        {
          row.bytes[d] = process->bytes[d];
          interface.bytes[d] += process->bytes[d];
          share[d] = process->n_connections > 0 ? process->bytes[d] / process->n_connections : 0;
        }
      g_array_append_val (sample->programs, row);
      g_array_append_val (sample->links, link);
      for (guint c = 0; c < process->n_connections + process->n_listening; c++)
        fixture_add_connection (sample, i, c, c >= process->n_connections, share, process->rtt_us + c * 100);
    }
  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    {
      fixture->total[d] += interface.bytes[d];
      interface.total_bytes[d] = fixture->total[d];
    }
  g_array_append_val (sample->interfaces, interface);
  sluice_live_model_feed (fixture->model, sample);
}

/* Lets the main loop run for some time, ms. */
static inline gboolean
fixture_end_wait (gpointer done)
{
  *(gboolean *) done = TRUE;

  return G_SOURCE_REMOVE;
}

static inline void
fixture_wait (guint milliseconds)
{
  gboolean done = FALSE;

#ifdef __SANITIZE_ADDRESS__
  /* Everything takes many times longer. */
  milliseconds *= 4;
#endif
  g_timeout_add (milliseconds, fixture_end_wait, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
}

static inline GtkWidget *
find_type (GtkWidget *widget,
           GType      type)
{
  GtkWidget *found = NULL;

  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_type (child, type);

  return found;
}

/* The mapped inscription or label that says just @text. */
static inline GtkWidget *
find_text_that (GtkWidget    *widget,
                const char   *text,
                GCompareFunc  compare)
{
  GtkWidget *found = NULL;
  const char *shown = NULL;

  if (!gtk_widget_get_mapped (widget))
    return NULL;
  if (GTK_IS_INSCRIPTION (widget))
    shown = gtk_inscription_get_text (GTK_INSCRIPTION (widget));
  else if (GTK_IS_LABEL (widget))
    shown = gtk_label_get_text (GTK_LABEL (widget));
  if (shown != NULL && compare (shown, text) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_text_that (child, text, compare);

  return found;
}

static inline GtkWidget *
find_text (GtkWidget  *widget,
           const char *text)
{
  return find_text_that (widget, text, (GCompareFunc) strcmp);
}

static inline int
begins_otherwise (gconstpointer shown,
                  gconstpointer text)
{
  return g_str_has_prefix (shown, text) ? 0 : 1;
}

static inline GtkWidget *
find_text_with (GtkWidget  *widget,
                const char *beginning)
{
  return find_text_that (widget, beginning, begins_otherwise);
}

/* What the main loop cost, µs of this thread's own time. */
typedef struct
{
  gint64 total;
  gint64 longest;          /* turn */
  gint64 longest_thinking; /* turn in which nothing was drawn */
  gint64 thinking;         /* that, in the second that had the shortest: any other may have met with a page fault */
} Cost;

/* One turn of the main loop, if anything is due. It runs sources of one priority only: that of drawing, or another. */
static inline gboolean
watch_turn (Cost   *cost,
            gint64 *thinking)
{
  GMainContext *context = g_main_context_default ();
  GPollFD fds[32];
  int priority, timeout, n_fds;
  gint64 begun = thread_time (), taken;

  g_assert_true (g_main_context_acquire (context));
  g_main_context_prepare (context, &priority);
  n_fds = g_main_context_query (context, priority, &timeout, fds, G_N_ELEMENTS (fds));
  g_assert_cmpint (n_fds, <=, (int) G_N_ELEMENTS (fds));
  g_poll (fds, (guint) n_fds, 0);
  if (!g_main_context_check (context, priority, fds, n_fds))
    {
      g_main_context_release (context);
      return FALSE;
    }
  g_main_context_dispatch (context);
  g_main_context_release (context);
  taken = thread_time () - begun;
  cost->total += taken;
  cost->longest = MAX (cost->longest, taken);
  if (priority != GDK_PRIORITY_REDRAW)
    *thinking = MAX (*thinking, taken);

  return TRUE;
}

/* Lets a second go by. */
static inline void
watch_second (Cost *cost)
{
  gint64 until = g_get_monotonic_time () + G_USEC_PER_SEC, thinking = 0;

  while (g_get_monotonic_time () < until)
    if (!watch_turn (cost, &thinking))
      g_usleep (500);
  cost->longest_thinking = MAX (cost->longest_thinking, thinking);
  if (cost->thinking == 0 || thinking < cost->thinking)
    cost->thinking = thinking;
}

static inline guint64
start_time_of (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", pid);
  g_autofree char *text = NULL;
  g_auto (GStrv) fields = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  fields = g_strsplit (strrchr (text, ')') + 2, " ", -1);

  return g_ascii_strtoull (fields[19], NULL, 10);
}

#include "sluice-config.h"

#include "cli/signals.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

static void
note_cb (int signal_number,
         gpointer user_data)
{
  g_array_append_val ((GArray *) user_data, signal_number);
}

static void
test_each (void)
{
  static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGWINCH };
  g_autoptr (GArray) seen = g_array_new (FALSE, FALSE, sizeof (int));

  /* The tests may have been started so that they outlive their terminal. */
  signal (SIGHUP, SIG_DFL);
  sluice_signals_open (note_cb, seen);
  sluice_signals_add (SIGWINCH);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      struct pollfd fd = { .fd = sluice_signals_get_fd (), .events = POLLIN };

      kill (getpid (), numbers[i]);
      g_assert_cmpint (poll (&fd, 1, 1000), ==, 1);
      while (seen->len == i)
        g_main_context_iteration (NULL, TRUE);
      g_assert_cmpint (g_array_index (seen, int, i), ==, numbers[i]);
    }
  g_assert_false (sluice_signals_is_stopping ());
  sluice_signals_set_stopping ();
  g_assert_true (sluice_signals_is_stopping ());
  sluice_signals_close ();

  /* Closed, they are swallowed. */
  kill (getpid (), SIGTERM);
  g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (seen->len, ==, G_N_ELEMENTS (numbers));
}

static void
test_nohup (void)
{
  g_autoptr (GArray) seen = g_array_new (FALSE, FALSE, sizeof (int));
  struct sigaction action;

  signal (SIGHUP, SIG_IGN);
  signal (SIGINT, SIG_IGN);
  sluice_signals_open (note_cb, seen);
  g_assert_cmpint (sigaction (SIGHUP, NULL, &action), ==, 0);
  g_assert_true (action.sa_handler == SIG_IGN);
  /* A shell script ignores it for what it starts in the background; it ends us all the same. */
  g_assert_cmpint (sigaction (SIGINT, NULL, &action), ==, 0);
  g_assert_true (action.sa_handler != SIG_IGN);
  sluice_signals_close ();
}

int
main (int argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/signals/come-to-the-main-loop", test_each);
  g_test_add_func ("/signals/leave-nohup-alone", test_nohup);
  return g_test_run ();
}

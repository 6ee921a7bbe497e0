#include "capture/source.h"

#include "../owner/fake-root.h"

#include <time.h>

static gint64
boot_time (void)
{
  struct timespec now;

  g_assert_no_errno (clock_gettime (CLOCK_BOOTTIME, &now));
  return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static void
test_time (void)
{
  gint64 before = boot_time ();
  gint64 time = sluice_source_get_time ();

  g_assert_cmpint (time, >=, before);
  g_assert_cmpint (time, <=, boot_time ());
}

static void
test_everyone (void)
{
  g_autoptr (FakeRoot) root = fake_root_new ();
  g_autoptr (SluiceOwnerTable) everyone = sluice_owner_table_new (root->path);
  g_autoptr (SluiceOwnerTable) own = NULL;

  g_assert_true (sluice_source_sees_everyone (everyone));
  /* Only CAP_SYS_PTRACE, which is not all that it takes. */
  fake_root_write (root, "/proc/self/status", "CapEff:\t0000000000080000\n", -1);
  own = sluice_owner_table_new (root->path);
  g_assert_false (sluice_source_sees_everyone (own));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/source/time-is-that-since-the-machine-started", test_time);
  g_test_add_func ("/source/sees-everyone-where-it-has-the-right-to", test_everyone);
  return g_test_run ();
}

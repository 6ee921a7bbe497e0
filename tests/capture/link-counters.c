#include "capture/link-counters.h"
#include "capture/link-table.h"

#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

static void
test_read (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SluiceLinkCounters) counters = sluice_link_counters_new (&error);
  struct sockaddr_in nobody = { .sin_family = AF_INET, .sin_port = htons (9) };
  guint64 before[SLUICE_N_DIRECTIONS] = { 0 }, after[SLUICE_N_DIRECTIONS] = { 0 };
  char bytes[1000] = { 0 };
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  g_assert_no_error (error);
  nobody.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  g_assert_true (sluice_link_counters_read (counters, if_nametoindex ("lo"), before));
  g_assert_cmpint (sendto (fd, bytes, sizeof bytes, 0, (const struct sockaddr *) &nobody, sizeof nobody), ==,
                   sizeof bytes);
  g_assert_true (sluice_link_counters_read (counters, if_nametoindex ("lo"), after));
  for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
    g_assert_cmpuint (after[d], >=, before[d] + sizeof bytes);
  close (fd);
}

static void
test_no_link (void)
{
  g_autoptr (SluiceLinkCounters) counters = sluice_link_counters_new (NULL);
  guint64 bytes[SLUICE_N_DIRECTIONS] = { 7, 8 };

  g_assert_false (sluice_link_counters_read (counters, G_MAXINT32, bytes));
  g_assert_cmpuint (bytes[SLUICE_RX], ==, 7);
  g_assert_true (sluice_link_counters_read (counters, if_nametoindex ("lo"), bytes));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/link-counters/tells-what-a-link-has-counted-by-now", test_read);
  g_test_add_func ("/link-counters/a-link-that-is-not-there-leaves-all-untouched", test_no_link);
  return g_test_run ();
}

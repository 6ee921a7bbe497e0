#include "capture/name-queue.h"

#include <string.h>

#define SECOND G_USEC_PER_SEC

static GArray *
take (SluiceNameQueue *queue)
{
  GArray *names = g_array_new (FALSE, FALSE, sizeof (SluiceNameReport));

  sluice_name_queue_take (queue, names);
  return names;
}

static guint
count (SluiceNameQueue *queue)
{
  g_autoptr (GArray) names = take (queue);

  return names->len;
}

static void
test_take (void)
{
  g_autoptr (SluiceNameQueue) queue = sluice_name_queue_new ();
  SluiceAddress address = sluice_address_from_ipv4 ((const guint8[]){ 192, 0, 2, 1 });
  g_autoptr (GArray) names = NULL;
  const SluiceNameReport *name;

  sluice_name_queue_add (queue, &address, SLUICE_NAME_DNS, "example.org", 5 * SECOND, 0, 0);
  names = take (queue);
  g_assert_cmpuint (names->len, ==, 1);
  name = &g_array_index (names, SluiceNameReport, 0);
  g_assert_cmpstr (name->name, ==, "example.org");
  g_assert_true (sluice_address_equal (&name->address, &address));
  g_assert_cmpuint (name->source, ==, SLUICE_NAME_DNS);
  g_assert_cmpint (name->time, ==, 5 * SECOND);
  g_assert_cmpuint (count (queue), ==, 0);
}

static void
test_own (void)
{
  SluiceAddress address = sluice_address_from_ipv4 ((const guint8[]){ 192, 0, 2, 1 });
  g_autoptr (SluiceNameQueue) queue = sluice_name_queue_new ();
  g_autoptr (GArray) names = NULL;

  for (guint32 slot = 7; slot < 9; slot++)
    sluice_name_queue_add (queue, &address, SLUICE_NAME_TLS, "example.org", 5 * SECOND, slot, 3);
  names = take (queue);
  g_assert_cmpuint (names->len, ==, 2);
  g_assert_cmpuint (g_array_index (names, SluiceNameReport, 1).slot, ==, 8);
  g_assert_cmpuint (g_array_index (names, SluiceNameReport, 1).generation, ==, 3);
}

static void
test_news (void)
{
  g_autoptr (SluiceNameQueue) queue = sluice_name_queue_new ();
  SluiceAddress one = sluice_address_from_ipv4 ((const guint8[]){ 192, 0, 2, 1 });
  SluiceAddress two = sluice_address_from_ipv4 ((const guint8[]){ 192, 0, 2, 2 });

  for (guint i = 0; i < 100; i++)
    sluice_name_queue_add (queue, &one, SLUICE_NAME_DNS, "example.org", i * SECOND, 0, 0);
  g_assert_cmpuint (count (queue), ==, 1);
  sluice_name_queue_add (queue, &one, SLUICE_NAME_DNS, "example.org", 119 * SECOND, 0, 0);
  g_assert_cmpuint (count (queue), ==, 0);
  sluice_name_queue_add (queue, &one, SLUICE_NAME_DNS, "example.org", 120 * SECOND, 0, 0);
  sluice_name_queue_add (queue, &one, SLUICE_NAME_TLS, "example.org", 120 * SECOND, 0, 0);
  sluice_name_queue_add (queue, &one, SLUICE_NAME_DNS, "example.com", 120 * SECOND, 0, 0);
  sluice_name_queue_add (queue, &two, SLUICE_NAME_DNS, "example.org", 120 * SECOND, 0, 0);
  g_assert_cmpuint (count (queue), ==, 4);
}

static void
test_bounds (void)
{
  g_autoptr (SluiceNameQueue) queue = sluice_name_queue_new ();
  g_autofree char *long_name = g_strnfill (256, 'x');
  g_autoptr (GArray) names = NULL;
  char name[16];
  SluiceAddress address = sluice_address_from_ipv4 ((const guint8[]){ 192, 0, 2, 1 });

  sluice_name_queue_add (queue, &address, SLUICE_NAME_DNS, "", 0, 0, 0);
  sluice_name_queue_add (queue, &address, SLUICE_NAME_DNS, long_name, 0, 0, 0);
  g_assert_cmpuint (count (queue), ==, 0);
  long_name[255] = '\0';
  sluice_name_queue_add (queue, &address, SLUICE_NAME_DNS, long_name, 0, 0, 0);
  names = take (queue);
  g_assert_cmpuint (strlen (g_array_index (names, SluiceNameReport, 0).name), ==, 255);

  for (guint i = 0; i < 10000; i++)
    {
      g_snprintf (name, sizeof name, "h%u", i);
      sluice_name_queue_add (queue, &address, SLUICE_NAME_DNS, name, 0, 0, 0);
    }
  g_assert_cmpuint (count (queue), ==, SLUICE_REPORT_NAMES_MAX);
  /* What found no room is no old news. */
  sluice_name_queue_add (queue, &address, SLUICE_NAME_DNS, name, 0, 0, 0);
  g_assert_cmpuint (count (queue), ==, 1);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/name-queue/gives-each-name-once", test_take);
  g_test_add_func ("/name-queue/what-was-just-said-is-no-news", test_news);
  g_test_add_func ("/name-queue/has-bounds", test_bounds);
  g_test_add_func ("/name-queue/what-a-flow-says-for-itself-is-news-each-time", test_own);
  return g_test_run ();
}

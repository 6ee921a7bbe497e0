#include "app/host-names.h"

#include "tests/deadline.h"

/* A resolver that answers from memory and counts what it is asked. */
typedef struct
{
  GResolver parent_instance;
  guint asked;
  gboolean fails;
} FakeResolver;

typedef GResolverClass FakeResolverClass;

static GType fake_resolver_get_type (void);
G_DEFINE_TYPE (FakeResolver, fake_resolver, G_TYPE_RESOLVER)

static void
lookup_by_address_async (GResolver          *resolver,
                         GInetAddress       *address,
                         GCancellable       *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer            data)
{
  FakeResolver *self = (FakeResolver *) resolver;
  GTask *task = g_task_new (resolver, cancellable, callback, data);
  g_autofree char *text = g_inet_address_to_string (address);

  self->asked++;
  if (self->fails)
    g_task_return_new_error (task, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "no name");
  else
    g_task_return_pointer (task, g_strdup_printf ("host-\x1b[31m%s.example", text), g_free);
  g_object_unref (task);
}

static char *
lookup_by_address_finish (GResolver    *resolver,
                          GAsyncResult *result,
                          GError      **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
fake_resolver_class_init (FakeResolverClass *klass)
{
  klass->lookup_by_address_async = lookup_by_address_async;
  klass->lookup_by_address_finish = lookup_by_address_finish;
}

static void
fake_resolver_init (FakeResolver *self)
{
}

static void
resolved_cb (gboolean *resolved)
{
  *resolved = TRUE;
}

static void
run_for (guint milliseconds)
{
  gint64 end = g_get_monotonic_time () + milliseconds * 1000;

  while (g_get_monotonic_time () < end)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
}

static const SluiceAddress *
peer (void)
{
  static SluiceAddress address;

  g_assert_true (sluice_address_parse ("192.0.2.7", &address));
  return &address;
}

static void
test_off (void)
{
  FakeResolver *resolver = g_object_new (fake_resolver_get_type (), NULL);
  g_autoptr (SluiceHostNames) names = sluice_host_names_new (G_RESOLVER (resolver));

  g_assert_false (sluice_host_names_get_enabled (names));
  g_assert_null (sluice_host_names_get (names, peer ()));
  run_for (300);
  g_assert_null (sluice_host_names_get (names, peer ()));
  g_assert_cmpuint (resolver->asked, ==, 0);
  g_object_unref (resolver);
}

static void
test_on (void)
{
  FakeResolver *resolver = g_object_new (fake_resolver_get_type (), NULL);
  g_autoptr (SluiceHostNames) names = sluice_host_names_new (G_RESOLVER (resolver));
  gboolean resolved = FALSE;

  g_signal_connect_swapped (names, "resolved", G_CALLBACK (resolved_cb), &resolved);
  sluice_host_names_set_enabled (names, TRUE);
  resolved = FALSE;
  g_assert_null (sluice_host_names_get (names, peer ()));
  for (guint i = 0; i < 40 && !resolved; i++)
    run_for (50);
  g_assert_true (resolved);
  /* A name comes from a stranger: what would colour a terminal is made visible. */
  g_assert_nonnull (sluice_host_names_get (names, peer ()));
  g_assert_null (strchr (sluice_host_names_get (names, peer ()), '\x1b'));
  g_assert_true (g_str_has_suffix (sluice_host_names_get (names, peer ()), "192.0.2.7.example"));
  for (guint i = 0; i < 100; i++)
    sluice_host_names_get (names, peer ());
  run_for (300);
  g_assert_cmpuint (resolver->asked, ==, 1);

  sluice_host_names_set_enabled (names, FALSE);
  g_assert_null (sluice_host_names_get (names, peer ()));
  g_object_unref (resolver);
}

static void
test_nameless (void)
{
  FakeResolver *resolver = g_object_new (fake_resolver_get_type (), NULL);
  g_autoptr (SluiceHostNames) names = sluice_host_names_new (G_RESOLVER (resolver));

  resolver->fails = TRUE;
  sluice_host_names_set_enabled (names, TRUE);
  for (guint i = 0; i < 20; i++)
    {
      g_assert_null (sluice_host_names_get (names, peer ()));
      run_for (25);
    }
  g_assert_cmpuint (resolver->asked, ==, 1);
  g_object_unref (resolver);
}

static const SluiceAddress *
ourselves (void)
{
  static SluiceAddress address;

  g_assert_true (sluice_address_parse ("127.0.0.1", &address));
  return &address;
}

/* What the name server says is not ours to know; that nobody waits for it is. */
static void
test_system (void)
{
  g_autoptr (SluiceHostNames) names = sluice_host_names_new (NULL);
  gint64 longest = 0, end = g_get_monotonic_time () + G_USEC_PER_SEC;
  const char *name;

  sluice_host_names_set_enabled (names, TRUE);
  g_assert_null (sluice_host_names_get (names, ourselves ()));
  while (g_get_monotonic_time () < end)
    {
      gint64 begin = g_get_monotonic_time ();

      g_main_context_iteration (NULL, FALSE);
      longest = MAX (longest, g_get_monotonic_time () - begin);
      g_usleep (1000);
    }
  assert_within (longest, 200000);
  name = sluice_host_names_get (names, ourselves ());
  g_assert_true (name == NULL || *name != '\0');
}

static void
notified_cb (guint *n)
{
  *n += 1;
}

static void
test_switch (void)
{
  FakeResolver *resolver = g_object_new (fake_resolver_get_type (), NULL);
  g_autoptr (SluiceHostNames) names = sluice_host_names_new (G_RESOLVER (resolver));
  guint resolved = 0, notified = 0;

  g_signal_connect_swapped (names, "resolved", G_CALLBACK (notified_cb), &resolved);
  g_signal_connect_swapped (names, "notify::enabled", G_CALLBACK (notified_cb), &notified);
  sluice_host_names_set_enabled (names, FALSE);
  g_assert_cmpuint (resolved, ==, 0);
  g_assert_cmpuint (notified, ==, 0);

  /* Views ask again after each turn of the switch; what waits in line is not asked any more. */
  sluice_host_names_set_enabled (names, TRUE);
  sluice_host_names_get (names, peer ());
  sluice_host_names_set_enabled (names, FALSE);
  g_assert_cmpuint (resolved, ==, 2);
  g_assert_cmpuint (notified, ==, 2);
  run_for (300);
  g_assert_cmpuint (resolver->asked, ==, 0);
  g_assert_cmpuint (resolved, ==, 2);

  g_object_set (names, "enabled", TRUE, NULL);
  g_assert_true (sluice_host_names_get_enabled (names));
  g_object_unref (resolver);
}

static void
test_nobody (void)
{
  FakeResolver *resolver = g_object_new (fake_resolver_get_type (), NULL);
  g_autoptr (SluiceHostNames) names = sluice_host_names_new (G_RESOLVER (resolver));
  const SluiceAddress none = { 0 };
  SluiceAddress any;

  sluice_host_names_set_enabled (names, TRUE);
  g_assert_true (sluice_address_parse ("0.0.0.0", &any));
  g_assert_null (sluice_host_names_get (names, &any));
  g_assert_true (sluice_address_parse ("::", &any));
  g_assert_null (sluice_host_names_get (names, &any));
  g_assert_null (sluice_host_names_get (names, &none));
  run_for (300);
  g_assert_cmpuint (resolver->asked, ==, 0);
  g_object_unref (resolver);
}

static void
test_gone (void)
{
  FakeResolver *resolver = g_object_new (fake_resolver_get_type (), NULL);
  SluiceHostNames *names = sluice_host_names_new (G_RESOLVER (resolver));
  gpointer watched = names;
  char text[32];

  g_object_add_weak_pointer (G_OBJECT (names), &watched);
  sluice_host_names_set_enabled (names, TRUE);
  for (guint i = 1; i < 200; i++)
    {
      SluiceAddress address;

      g_snprintf (text, sizeof text, "198.51.100.%u", i);
      g_assert_true (sluice_address_parse (text, &address));
      sluice_host_names_get (names, &address);
    }
  while (resolver->asked == 0)
    g_main_context_iteration (NULL, TRUE);
  g_object_unref (names);
  run_for (300);
  g_assert_null (watched);
  g_object_unref (resolver);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/host-names/asks-nobody-unless-it-is-turned-on", test_off);
  g_test_add_func ("/host-names/asks-once-and-makes-the-answer-harmless", test_on);
  g_test_add_func ("/host-names/does-not-ask-again-for-what-has-no-name", test_nameless);
  g_test_add_func ("/host-names/do-not-wait-for-the-system-s-resolver", test_system);
  g_test_add_func ("/host-names/tell-of-the-switch-and-drop-what-was-to-be-asked", test_switch);
  g_test_add_func ("/host-names/do-not-ask-for-addresses-that-are-nobody-s", test_nobody);
  g_test_add_func ("/host-names/leave-while-questions-are-under-way", test_gone);

  return g_test_run ();
}

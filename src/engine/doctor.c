#include "sluice-config.h"

#include "engine/doctor-private.h"

#include "engine/remedy.h"

#include <glib/gi18n-lib.h>

static void
tier_clear (gpointer data)
{
  SluiceTierReport *tier = data;

  g_free (tier->gives);
  g_free (tier->obstacle);
  g_free (tier->mend);
}

static void
check_clear (gpointer data)
{
  g_free (((SluiceDoctorCheck *) data)->text);
}

/* Takes @text. */
static void
add_check (SluiceDoctorReport *report, const char *id, gboolean ok, char *text)
{
  SluiceDoctorCheck check = { id, ok, text };

  g_array_append_val (report->checks, check);
}

static void
add_kernel_tier (SluiceDoctorReport *report, const SluiceProbe *probe)
{
  SluiceTierReport tier = {
    .tier = "kernel",
    .available = probe->links,
    .gives = g_strdup (!probe->sockets || !probe->sees_own || probe->sandboxed
                         ? _("Exact rates of every interface; programs cannot be told apart, see below.")
                       : probe->sees_everyone
                         ? _("Exact rates of every interface, and the TCP traffic of every program.")
                         : _("Exact rates of every interface, and the TCP traffic of your own programs; other "
                              "users’ as one row.")),
  };

  if (!probe->links)
    tier.obstacle = g_strdup (probe->links_error);
  else
    report->best = tier.tier;
  g_array_append_val (report->tiers, tier);
}

static void
add_packets_tier (SluiceDoctorReport *report, const SluiceProbe *probe)
{
  SluiceTierReport tier = {
    .tier = "packets",
    .available = probe->links && probe->net_raw && probe->parser,
    .gives = g_strdup (_("Hosts, names and protocols of everything on the wire.")),
  };

  if (tier.available)
    report->best = tier.tier;
  else if (!probe->parser)
    tier.obstacle = g_strdup (probe->parser_error);
  else if (!probe->links)
    tier.obstacle = g_strdup (probe->links_error);
  else if ((tier.mend = sluice_packets_command (probe->root)) != NULL)
    tier.obstacle = g_strdup (_("You may not read packets; start Sluice with sudo, or allow it for good with this "
                                 "command."));
  else
    {
      g_autofree char *remedy = sluice_packets_remedy (probe->root);

      tier.obstacle = g_strdup_printf (_("You may not read packets: %s."), remedy);
    }
  g_array_append_val (report->tiers, tier);
}

/* A tier that this version does not have is named as that: no command of the user's mends it. */
static void
add_exact_tier (SluiceDoctorReport *report)
{
  const SluiceTierReport tier = {
    .tier = "exact",
    .gives = g_strdup (_("Every byte of every program, short-lived ones, UDP and containers too.")),
    .obstacle = g_strdup (_("This version of Sluice does not count inside the kernel.")),
  };

  g_array_append_val (report->tiers, tier);
}

/* Whose programs can be told apart. The remedy is one that this caller can use: root has no use for sudo. */
static void
add_program_checks (SluiceDoctorReport *report, const SluiceProbe *probe)
{
  gboolean sees_own = probe->sees_own && !probe->sandboxed;
  const char *own = _("Your own programs can be told apart (/proc).");
  const char *everyone = _("Other users’ programs can be told apart.");

  if (probe->sandboxed)
    own = _("Inside the Flatpak sandbox no other program’s processes are visible; install Sluice from a package to see "
             "programs.");
  else if (!sees_own)
    own = _("Programs cannot be told apart because /proc is not readable; mount it.");

  if (!sees_own)
    everyone = _("Other users’ programs cannot be told apart either, for the same reason.");
  else if (!probe->sees_everyone && probe->root)
    everyone = _("Other users’ programs are one row because root is confined here; run Sluice outside the container, "
                  "or give it CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH.");
  else if (!probe->sees_everyone)
    everyone = _("Other users’ programs are one row; run “sudo sluicectl watch” to tell them apart.");

  add_check (report, "processes", sees_own, g_strdup (own));
  add_check (report, "everyone", sees_own && probe->sees_everyone, g_strdup (everyone));
}

static void
add_checks (SluiceDoctorReport *report, const SluiceProbe *probe)
{
  add_check (report, "links", probe->links,
             g_strdup (probe->links ? _("The kernel tells the counters of its interfaces (rtnetlink).")
                                    : probe->links_error));
  add_check (report, "sockets", probe->sockets,
             g_strdup (probe->sockets ? _("The kernel lists connections and what each moved (sock_diag).")
                                      : probe->sockets_error));
  add_check (report, "ends", probe->hears_ends,
             g_strdup (probe->hears_ends
                         ? _("The kernel tells the last figures of connections that were seen before they ended; what "
                              "both began and ended between two looks belongs to no program.")
                         : _("The kernel does not tell of connections that end between two looks; their last "
                              "second is missing.")));
  add_program_checks (report, probe);
  add_check (report, "net-raw", probe->net_raw,
             g_strdup (probe->net_raw ? _("You may read packets (CAP_NET_RAW).")
                                      : _("You may not read packets (CAP_NET_RAW); capture files can be read without "
                                           "that.")));
  add_check (report, "parser", probe->parser,
             g_strdup (probe->parser
                         ? _("Packets are parsed by a process that is locked up (seccomp), and that works here.")
                         : probe->parser_error));
  add_check (report, "lsof", probe->lsof,
             g_strdup (probe->lsof ? _("lsof is there, should the kernel not list whose sockets are whose.")
                                   : _("lsof is not there; only a kernel that does not list sockets needs it.")));
  add_check (report, "connects", probe->connects,
             g_strdup (probe->connects
                         ? _("The kernel tells who opens a TCP connection when it happens: the packets tier knows "
                              "programs that live for a few milliseconds too.")
                         : probe->connects_error));
  add_check (report, "bpf", probe->bpf,
             g_strdup (probe->bpf
                         ? _("You may count inside the kernel (CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN).")
                         : _("You may not count inside the kernel (CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN); "
                              "nothing in this version needs it.")));
  add_check (report, "btf", probe->btf,
             g_strdup_printf (probe->btf ? _("The kernel %s describes its own types (BTF).")
                                         : _("The kernel %s does not describe its own types (BTF)."),
                              probe->kernel != NULL ? probe->kernel : "?"));
  add_check (report, "cgroup2", probe->cgroup2 != NULL,
             probe->cgroup2 != NULL
               ? g_strdup_printf (_("The unified cgroup hierarchy is mounted at %s."), probe->cgroup2)
               : g_strdup (_("The unified cgroup hierarchy is not mounted.")));
}

/* When a database was made, as ISO 8601 writes days. */
static char *
format_day (gint64 time)
{
  g_autoptr (GDateTime) date = time != 0 ? g_date_time_new_from_unix_utc (time) : NULL;

  return date != NULL ? g_date_time_format (date, "%Y-%m-%d") : g_strdup (_("on an unknown day"));
}

static void
add_geo_check (SluiceDoctorReport *report, const SluiceGeo *geo, SluiceGeoFacts fact)
{
  gboolean country = fact == SLUICE_GEO_COUNTRY;
  const char *id = country ? "country" : "network";
  const char *folder = sluice_geo_get_folder (geo);
  const char *file;
  gint64 built;
  guint n;

  for (n = 0; (file = sluice_geo_get_file (geo, fact, n, &built)) != NULL; n++)
    {
      g_autofree char *day = format_day (built);

      /* Translators: a file, and when it was made: "2026-09-21" or "on an unknown day". */
      add_check (report, id, TRUE,
                 g_strdup_printf (country ? _("The country of hosts is known, from %s (made %s).")
                                          : _("The network (AS) of hosts is known, from %s (made %s)."),
                                  file, day));
    }
  if (n > 0)
    return;
  if (folder == NULL)
    add_check (report, id, FALSE,
               g_strdup_printf (country ? _("The country of hosts is not known: no file that %s names tells it.")
                                        : _("The network (AS) of hosts is not known: no file that %s names tells it."),
                                SLUICE_GEO_VARIABLE));
  else
    add_check (report, id, FALSE,
               g_strdup_printf (country
                                  ? _("The country of hosts is not known; put GeoLite2-Country.mmdb, or DB-IP’s, "
                                       "IP2Location’s or IPinfo’s database of countries, into %s.")
                                  : _("The network (AS) of hosts is not known; put GeoLite2-ASN.mmdb, or DB-IP’s, "
                                       "IP2Location’s or IPinfo’s database of networks, into %s."),
                                folder));
}

static void
add_geo_checks (SluiceDoctorReport *report, const SluiceGeo *geo)
{
  const GPtrArray *faults = sluice_geo_get_faults (geo);

  if (!sluice_geo_database_is_supported ())
    {
      add_check (report, "country", FALSE,
                 g_strdup (_("The country of hosts is not known: this build of Sluice cannot read databases of it "
                              "(libmaxminddb).")));
      add_check (report, "network", FALSE,
                 g_strdup (_("The network (AS) of hosts is not known: this build of Sluice cannot read databases of it "
                              "(libmaxminddb).")));
      return;
    }
  add_geo_check (report, geo, SLUICE_GEO_COUNTRY);
  add_geo_check (report, geo, SLUICE_GEO_NETWORK);
  for (guint i = 0; i < faults->len; i++)
    add_check (report, "geo-file", FALSE, g_strdup (faults->pdata[i]));
}

/**
 * sluice_doctor_report_new:
 * @probe: what was found
 *
 * Returns: (transfer full): the same in sentences
 */
SluiceDoctorReport *
sluice_doctor_report_new (const SluiceProbe *probe)
{
  SluiceDoctorReport *report = g_new0 (SluiceDoctorReport, 1);

  report->tiers = g_array_new (FALSE, TRUE, sizeof (SluiceTierReport));
  g_array_set_clear_func (report->tiers, tier_clear);
  report->checks = g_array_new (FALSE, TRUE, sizeof (SluiceDoctorCheck));
  g_array_set_clear_func (report->checks, check_clear);
  add_kernel_tier (report, probe);
  add_packets_tier (report, probe);
  add_exact_tier (report);
  add_checks (report, probe);
  if (probe->geo != NULL)
    add_geo_checks (report, probe->geo);
  return report;
}

/**
 * sluice_doctor_examine:
 *
 * Tries what each tier needs, as this user, and says what was found in sentences. Takes a few milliseconds and
 * changes nothing.
 *
 * Returns: (transfer full): the report
 */
SluiceDoctorReport *
sluice_doctor_examine (void)
{
  g_autoptr (SluiceProbe) probe = sluice_probe_new ();

  return sluice_doctor_report_new (probe);
}

void
sluice_doctor_report_free (SluiceDoctorReport *report)
{
  g_array_unref (report->tiers);
  g_array_unref (report->checks);
  g_free (report);
}

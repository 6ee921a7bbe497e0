#include "sluice-config.h"

#include "owner/lsof.h"

#include "model/hash.h"

#include <errno.h>
#include <gio/gio.h>
#include <gio/gunixinputstream.h>
#include <glib/gi18n-lib.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

/* One that takes longer hangs, and is ended. */
#define LIFETIME (30 * G_USEC_PER_SEC)
/* Between two ticks it runs a third of the time at the most, and is looked after so often, µs. */
#define PAUSE_PER_RUN 2
#define LOOK_AFTER (5 * 1000)
/* Nobody waits for one that takes longer, or took. */
#define SLOW (300 * 1000)
/* A list of 100,000 sockets is about 8 MiB. */
#define OUTPUT_MAX (64u << 20)
/* Marks a cookie as made up: the kernel counts its own from 1. */
#define MADE_UP (G_GUINT64_CONSTANT (1) << 63)

static const char *const usual_places[] = { "/usr/bin/lsof", "/usr/sbin/lsof", "/bin/lsof", "/sbin/lsof" };

struct _SluiceLsof
{
  char *path;
  GSubprocess *process; /* NULL while none runs */
  GInputStream *output; /* (not owned) */
  GByteArray *text;
  gint64 begin;
  gint64 answered; /* when the last run began that has ended */
  gint64 took;     /* it, from begin to end */
  gint64 due;      /* when another may begin between two ticks */
  gint64 wanted;   /* whoever opened a socket by then is to be found */
};

/**
 * sluice_lsof_new:
 * @path: (nullable): the program; %NULL looks for it in the usual places
 * @error: %G_IO_ERROR_NOT_FOUND where there is none
 *
 * Returns: (transfer full) (nullable): a lister
 */
SluiceLsof *
sluice_lsof_new (const char *path, GError **error)
{
  SluiceLsof *lsof;

  for (guint i = 0; path == NULL && i < G_N_ELEMENTS (usual_places); i++)
    if (access (usual_places[i], X_OK) == 0)
      path = usual_places[i];
  if (path == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                           _("There is no program lsof, so traffic cannot be told apart by program; install lsof."));
      return NULL;
    }
  lsof = g_new0 (SluiceLsof, 1);
  lsof->path = g_strdup (path);
  lsof->text = g_byte_array_new ();
  lsof->wanted = -1;
  return lsof;
}

static void
end_process (SluiceLsof *lsof)
{
  if (lsof->process != NULL)
    g_subprocess_force_exit (lsof->process);
  g_clear_object (&lsof->process);
  lsof->output = NULL;
  g_byte_array_set_size (lsof->text, 0);
}

void
sluice_lsof_free (SluiceLsof *lsof)
{
  end_process (lsof);
  g_byte_array_unref (lsof->text);
  g_free (lsof->path);
  g_free (lsof);
}

/* A port in digits, and nothing behind it but @end. 0 is none. */
static gboolean
parse_port (const char *text, const char *end, guint16 *port_out)
{
  guint value = 0;

  if (text == end || end - text > 5)
    return FALSE;
  if (end - text == 1 && *text == '*')
    {
      *port_out = 0;
      return TRUE;
    }
  for (; text < end; text++)
    {
      if (!g_ascii_isdigit (*text))
        return FALSE;
      value = value * 10 + (guint) (*text - '0');
    }
  *port_out = (guint16) value;
  return value <= G_MAXUINT16;
}

/* "192.0.2.1:80", "[2001:db8::1]:80" or "*:80", from @text to @end. */
static gboolean
parse_endpoint (const char *text, const char *end, guint8 family, SluiceAddress *address_out, guint16 *port_out)
{
  const char *colon = end;
  char address[SLUICE_ADDRESS_TEXT_MAX];

  while (colon > text && *(colon - 1) != ':')
    colon--;
  if (colon == text || !parse_port (colon, end, port_out))
    return FALSE;
  colon--;
  if (colon - text == 1 && *text == '*')
    {
      *address_out = (SluiceAddress){ .family = family };
      return TRUE;
    }
  if (family == SLUICE_FAMILY_IPV6 && *text == '[' && colon - text > 2 && *(colon - 1) == ']')
    {
      text++;
      colon--;
    }
  if (colon - text >= (gssize) sizeof address)
    return FALSE;
  memcpy (address, text, (gsize) (colon - text));
  address[colon - text] = '\0';
  /* An address of one link carries its name behind it. */
  address[strcspn (address, "%")] = '\0';
  return sluice_address_parse (address, address_out);
}

/* What lsof says of one descriptor: fields, each begun by a letter. */
typedef struct
{
  guint8 family;
  guint8 protocol;
  const char *name;
  const char *state;
  guint64 device;
} File;

static guint8
parse_state (const char *text)
{
  /* The kernel's tcp_states.h, from 1 on. */
  static const char *const states[] = { "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT",
                                        "CLOSE", "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING" };

  for (guint i = 0; text != NULL && i < G_N_ELEMENTS (states); i++)
    if (g_str_equal (text, states[i]))
      return (guint8) (i + 1);
  return 0;
}

static void
report_file (const File *file, gint32 pid, guint32 uid, SluiceLsofFunc func, gpointer user_data)
{
  SluiceSocket socket = { .uid = uid };
  SluiceAddress local, remote = { 0 };
  guint16 local_port, remote_port = 0;
  const char *arrow, *end;

  if (pid <= 0 || file->family == 0 || file->protocol == 0 || file->name == NULL)
    return;
  end = file->name + strlen (file->name);
  arrow = strstr (file->name, "->");
  if (!parse_endpoint (file->name, arrow != NULL ? arrow : end, file->family, &local, &local_port)
      || (arrow != NULL && !parse_endpoint (arrow + 2, end, file->family, &remote, &remote_port)))
    return;
  /* "*:*" is a socket that was made and not used yet. */
  if (local_port == 0)
    return;
  sluice_flow_key_init (&socket.key, file->protocol, &local, local_port, &remote, remote_port);
  socket.state = file->protocol == IPPROTO_TCP ? parse_state (file->state) : 0;
  socket.inode = file->device;
  /* Where the device does not tell sockets apart, their addresses and the process do. */
  socket.cookie = file->device != 0
                    ? file->device
                    : (guint64) sluice_hash_memory (&socket.key, sizeof socket.key) << 31 | (guint32) pid;
  socket.cookie |= MADE_UP;
  func (&socket, pid, user_data);
}

static gboolean
parse_number (const char *text, guint64 max, guint64 *value_out)
{
  return g_ascii_string_to_unsigned (text, 10, 0, max, value_out, NULL);
}

/* Takes one field. FALSE where lsof would not write it so. */
static gboolean
take_field (const char *field, File *file, gint32 *pid, guint32 *uid)
{
  guint64 value;

  switch (field[0])
    {
    case 'p':
      *uid = 0;
      *pid = 0;
      if (!parse_number (field + 1, G_MAXINT32, &value))
        return FALSE;
      *pid = (gint32) value;
      return TRUE;
    case 'u':
      if (!parse_number (field + 1, G_MAXUINT32, &value))
        return FALSE;
      *uid = (guint32) value;
      return TRUE;
    case 't':
      file->family = g_str_equal (field, "tIPv4")   ? SLUICE_FAMILY_IPV4
                     : g_str_equal (field, "tIPv6") ? SLUICE_FAMILY_IPV6
                                                    : SLUICE_FAMILY_NONE;
      return TRUE;
    case 'P':
      file->protocol = g_str_equal (field, "PTCP") ? IPPROTO_TCP : g_str_equal (field, "PUDP") ? IPPROTO_UDP : 0;
      return TRUE;
    case 'd':
      /* Elsewhere than on Linux it is an address of the kernel's, in hexadecimal digits. */
      if (!parse_number (field + 1, G_MAXINT64, &file->device)
          && !(g_str_has_prefix (field + 1, "0x")
               && g_ascii_string_to_unsigned (field + 3, 16, 0, G_MAXUINT64, &file->device, NULL)))
        file->device = 0;
      return TRUE;
    case 'n':
      file->name = field + 1;
      return TRUE;
    case 'T':
      if (g_str_has_prefix (field, "TST="))
        file->state = field + 4;
      return TRUE;
    default:
      return g_ascii_isalpha (field[0]);
    }
}

/**
 * sluice_lsof_parse:
 * @text: what `lsof -F0…` printed: fields that end in NUL, sets of them that end in NUL and a line end
 * @length: its bytes
 * @func: called for each TCP and UDP socket
 * @user_data: for @func
 *
 * The form is that of "OUTPUT FOR OTHER PROGRAMS" in lsof(8). A socket whose addresses make no sense is left out, as is
 * one without any.
 *
 * Returns: whether all of it had that form
 */
gboolean
sluice_lsof_parse (const char *text, gsize length, SluiceLsofFunc func, gpointer user_data)
{
  const char *end = text + length;
  gint32 pid = 0;
  guint32 uid = 0;
  File file = { 0 };

  while (text < end)
    {
      const char *stop = memchr (text, '\0', (gsize) (end - text));

      if (*text == '\n')
        {
          report_file (&file, pid, uid, func, user_data);
          file = (File){ 0 };
          text++;
          continue;
        }
      if (stop == NULL || !take_field (text, &file, &pid, &uid))
        return FALSE;
      text = stop + 1;
    }
  report_file (&file, pid, uid, func, user_data);
  return TRUE;
}

static gboolean
start (SluiceLsof *lsof, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher
      = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  /* No names, no port names, no warnings, addresses only; -b would leave out what needs a stat(). */
  const char *const arguments[] = { lsof->path, "-nP", "-w", "-i", "-F0putdPnT", NULL };
  const char *const environment[] = { "LC_ALL=C", NULL };

  g_subprocess_launcher_set_environ (launcher, (char **) environment);
  lsof->process = g_subprocess_launcher_spawnv (launcher, arguments, error);
  if (lsof->process == NULL)
    {
      g_prefix_error (error, _("Traffic cannot be told apart by program, since lsof does not start: "));
      return FALSE;
    }
  lsof->output = g_subprocess_get_stdout_pipe (lsof->process);
  lsof->begin = g_get_monotonic_time ();
  return TRUE;
}

typedef enum
{
  OUTPUT_WHOLE,
  OUTPUT_LATER,
  OUTPUT_FAILED,
} OutputState;

/* One that has not come to its end has its lifetime for it. */
static OutputState
wait_for_later (SluiceLsof *lsof, GError **error)
{
  if (g_get_monotonic_time () - lsof->begin < LIFETIME)
    return OUTPUT_LATER;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT,
                       _("Traffic cannot be told apart by program, since lsof does not come to an end."));
  return OUTPUT_FAILED;
}

/* What was printed is whole only where lsof came to its end by itself. */
static OutputState
wait_for_end (SluiceLsof *lsof, gint64 until, GError **error)
{
  while (g_subprocess_get_identifier (lsof->process) != NULL)
    {
      if (g_get_monotonic_time () >= until)
        return wait_for_later (lsof, error);
      g_usleep (1000);
    }
  if (g_subprocess_get_if_exited (lsof->process))
    return OUTPUT_WHOLE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
               _("Traffic cannot be told apart by program, since lsof was ended by a signal (%s)."),
               strsignal (g_subprocess_get_term_sig (lsof->process)));
  return OUTPUT_FAILED;
}

/* Reads what there is, waiting for more until @until. */
static OutputState
read_output (SluiceLsof *lsof, gint64 until, GError **error)
{
  for (;;)
    {
      struct pollfd waiting = { g_unix_input_stream_get_fd (G_UNIX_INPUT_STREAM (lsof->output)), POLLIN, 0 };
      gint64 left = MAX (until - g_get_monotonic_time (), 0);
      guint8 buffer[16384];
      gssize n;

      if (poll (&waiting, 1, (int) (left / 1000)) == 0)
        return wait_for_later (lsof, error);
      n = read (waiting.fd, buffer, sizeof buffer);
      if (n == 0)
        return wait_for_end (lsof, until, error);
      if (n > 0)
        g_byte_array_append (lsof->text, buffer, (guint) n);
      if ((n < 0 && errno != EINTR && errno != EAGAIN) || lsof->text->len > OUTPUT_MAX)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                               _("Traffic cannot be told apart by program, since what lsof prints cannot be read."));
          return OUTPUT_FAILED;
        }
    }
}

/**
 * sluice_lsof_list:
 * @lsof: a lister
 * @patience: how long to wait at the most, µs
 * @func: called for each TCP and UDP socket of each process that the caller may see
 * @user_data: for @func
 * @error: says what failed
 *
 * Starts lsof unless it runs, and waits a while for its end. One that needs longer goes on meanwhile, and a later call
 * has its list; that list is then as old as its lsof.
 *
 * Returns: whether there was a whole list; %FALSE without @error when it is not ready yet
 */
gboolean
sluice_lsof_list (SluiceLsof *lsof, gint64 patience, SluiceLsofFunc func, gpointer user_data, GError **error)
{
  gint64 until = g_get_monotonic_time () + patience;
  gboolean valid = FALSE;

  if (lsof->process == NULL && !start (lsof, error))
    {
      lsof->answered = lsof->due = until;
      return FALSE;
    }
  switch (read_output (lsof, until, error))
    {
    case OUTPUT_LATER:
      return FALSE;
    case OUTPUT_WHOLE:
      /* It ends with 1 when it has found nothing, and when it could not look everywhere. */
      valid = sluice_lsof_parse ((const char *) lsof->text->data, lsof->text->len, func, user_data);
      if (!valid)
        g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                             _("Traffic cannot be told apart by program, since lsof printed what it does not print "
                                "elsewhere."));
      break;
    case OUTPUT_FAILED:
      break;
    }
  lsof->answered = lsof->begin;
  lsof->took = g_get_monotonic_time () - lsof->begin;
  lsof->due = lsof->begin + (1 + PAUSE_PER_RUN) * lsof->took;
  end_process (lsof);
  return valid;
}

/**
 * sluice_lsof_want:
 * @lsof: a lister
 * @time: when a socket was in use that no list has shown, monotonic, µs
 *
 * Asks for a list that begins later than that.
 */
void
sluice_lsof_want (SluiceLsof *lsof, gint64 time)
{
  lsof->wanted = MAX (lsof->wanted, time);
}

/**
 * sluice_lsof_is_awaited:
 * @lsof: a lister
 * @time: monotonic, µs
 *
 * Returns: whether a list of what was wanted up to @time is still to come, and will soon
 */
gboolean
sluice_lsof_is_awaited (SluiceLsof *lsof, gint64 time)
{
  if (lsof->answered > MIN (lsof->wanted, time) || lsof->took > SLOW)
    return FALSE;
  return lsof->process == NULL || g_get_monotonic_time () - lsof->begin <= SLOW;
}

/**
 * sluice_lsof_hurry:
 * @lsof: a lister
 * @now: monotonic time, µs
 * @func: as for sluice_lsof_list()
 * @user_data: for @func
 * @listed_out: (out): whether there was a whole list
 *
 * Starts lsof where that was asked for, and takes its list when it has one, without waiting. What fails here is said by
 * the next sluice_lsof_list().
 *
 * Returns: when to call it again, monotonic time, µs; 0 where nothing is wanted
 */
gint64
sluice_lsof_hurry (SluiceLsof *lsof, gint64 now, SluiceLsofFunc func, gpointer user_data, gboolean *listed_out)
{
  *listed_out = FALSE;
  if (lsof->process == NULL && lsof->answered > lsof->wanted)
    return 0;
  if (lsof->process == NULL && now < lsof->due)
    return lsof->due;
  *listed_out = sluice_lsof_list (lsof, 0, func, user_data, NULL);
  if (lsof->process != NULL)
    return now + MAX (LOOK_AFTER, (now - lsof->begin) / 8);
  return lsof->answered > lsof->wanted ? 0 : MAX (lsof->due, now + LOOK_AFTER);
}

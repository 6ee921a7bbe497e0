/*
 * A program that moves known bytes, for tests that ask what the network monitor made of them.
 *
 *   mover send    tcp|udp ADDRESS PORT BYTES [RATE]   connects and sends so many bytes of payload
 *   mover sink    tcp|udp ADDRESS PORT                takes in what comes
 *   mover source  tcp     ADDRESS PORT BYTES [RATE]   sends so many bytes to everyone who connects
 *   mover fetch   tcp     ADDRESS PORT                connects and takes in what comes until the end
 *   mover hold    tcp     ADDRESS PORT COUNT          opens so many connections and keeps them idle
 *
 * RATE is in bytes a second; without it, as fast as the line. Every event is one line of JSON on standard output:
 * {"event":"ready"} once it listens or holds, {"event":"moved","sent":N,"received":N} for each connection that ended
 * and, for UDP, at the end. SIGTERM and SIGINT end it, the totals printed.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CHUNK 65536
/* Fits every link of the lab in one frame over IPv6. */
#define DATAGRAM 1400
#define MAX_DESCRIPTORS 65536
/* A signal that comes just before a wait is noticed so late at the most. */
#define LOOK_UP_MS 100

typedef struct
{
  uint64_t sent;
  uint64_t received;
} Moved;

typedef struct
{
  bool tcp;
  struct sockaddr_storage address;
  socklen_t address_length;
  uint64_t number; /* BYTES or COUNT */
  uint64_t rate;   /* bytes a second; 0 is the line's */
} Task;

static volatile sig_atomic_t stopped;
static char chunk[CHUNK];
static Moved by_descriptor[MAX_DESCRIPTORS];

static void
stop_cb (int number)
{
  stopped = 1;
}

static void
fail (const char *what)
{
  fprintf (stderr, "mover: %s: %s\n", what, strerror (errno));
  exit (1);
}

static void
say (const char *event, const Moved *moved)
{
  printf ("{\"event\":\"%s\",\"sent\":%llu,\"received\":%llu}\n", event,
          (unsigned long long) moved->sent, (unsigned long long) moved->received);
  fflush (stdout);
}

static double
now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_MONOTONIC, &time);
  return (double) time.tv_sec + (double) time.tv_nsec / 1e9;
}

static int
open_socket (const Task *task, bool listens)
{
  int one = 1;
  int fd = socket (task->address.ss_family, (task->tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC, 0);

  if (fd < 0)
    fail ("socket");
  if (!listens)
    {
      if (connect (fd, (const struct sockaddr *) &task->address, task->address_length) < 0)
        fail ("connect");
      return fd;
    }
  setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind (fd, (const struct sockaddr *) &task->address, task->address_length) < 0)
    fail ("bind");
  if (task->tcp && listen (fd, 4096) < 0)
    fail ("listen");
  return fd;
}

/* Sends the task's bytes, and no more in any moment than its rate allows since the beginning. */
static Moved
send_all (const Task *task, int fd)
{
  Moved moved = { 0 };
  double begin = now ();

  while (moved.sent < task->number && !stopped)
    {
      uint64_t left = task->number - moved.sent;
      size_t size = task->tcp ? CHUNK : DATAGRAM;
      ssize_t sent;

      if (task->rate > 0)
        {
          double due = begin + (double) moved.sent / (double) task->rate;
          double wait = due - now ();

          /* Small pieces, so that the rate is even within a tenth of a second. */
          if (size > task->rate / 20 + 1)
            size = task->rate / 20 + 1;
          if (wait > 0)
            usleep ((useconds_t) (wait * 1e6));
        }
      sent = send (fd, chunk, left < size ? left : size, MSG_NOSIGNAL);
      if (sent < 0 && errno != EINTR && errno != ENOBUFS)
        fail ("send");
      if (sent > 0)
        moved.sent += (uint64_t) sent;
    }
  return moved;
}

/* Until the other side closes: with its acknowledgement of the end, all bytes have arrived. */
static void
drain (int fd, Moved *moved)
{
  ssize_t got;

  while ((got = recv (fd, chunk, sizeof chunk, 0)) != 0)
    {
      if (got < 0 && (errno != EINTR || stopped))
        {
          if (stopped)
            return;
          fail ("recv");
        }
      if (got > 0)
        moved->received += (uint64_t) got;
    }
}

static int
run_send (const Task *task)
{
  int fd = open_socket (task, false);
  Moved moved = send_all (task, fd);

  if (task->tcp)
    {
      shutdown (fd, SHUT_WR);
      drain (fd, &moved);
    }
  say ("moved", &moved);
  close (fd);
  return moved.sent == task->number ? 0 : 1;
}

static int
run_fetch (const Task *task)
{
  int fd = open_socket (task, false);
  Moved moved = { 0 };

  drain (fd, &moved);
  say ("moved", &moved);
  close (fd);
  return 0;
}

static int
run_source (const Task *task)
{
  int listener = open_socket (task, true);
  Moved none = { 0 };

  say ("ready", &none);
  while (!stopped)
    {
      struct pollfd waits = { .fd = listener, .events = POLLIN };
      Moved moved;
      int fd;

      if (poll (&waits, 1, LOOK_UP_MS) <= 0 || (fd = accept (listener, NULL, NULL)) < 0)
        continue;
      moved = send_all (task, fd);
      shutdown (fd, SHUT_WR);
      drain (fd, &moved);
      say ("moved", &moved);
      close (fd);
    }
  return 0;
}

static void
watch (int epoll, int fd)
{
  struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

  if (fd >= MAX_DESCRIPTORS)
    {
      errno = EMFILE;
      fail ("too many connections");
    }
  memset (&by_descriptor[fd], 0, sizeof by_descriptor[fd]);
  if (epoll_ctl (epoll, EPOLL_CTL_ADD, fd, &event) < 0)
    fail ("epoll_ctl");
}

static int
run_sink (const Task *task)
{
  int listener = open_socket (task, true);
  int epoll = epoll_create1 (EPOLL_CLOEXEC);
  struct epoll_event events[64];
  Moved none = { 0 };

  watch (epoll, listener);
  say ("ready", &none);
  while (!stopped)
    {
      int n = epoll_wait (epoll, events, 64, LOOK_UP_MS);

      for (int i = 0; i < n; i++)
        {
          int fd = events[i].data.fd;
          ssize_t got;

          if (task->tcp && fd == listener)
            {
              int accepted = accept (listener, NULL, NULL);

              if (accepted >= 0)
                watch (epoll, accepted);
              continue;
            }
          got = recv (fd, chunk, sizeof chunk, 0);
          if (got > 0)
            by_descriptor[fd].received += (uint64_t) got;
          else if (task->tcp)
            {
              say ("moved", &by_descriptor[fd]);
              close (fd);
            }
        }
    }
  if (!task->tcp)
    say ("moved", &by_descriptor[listener]);
  return 0;
}

static int
run_hold (const Task *task)
{
  Moved none = { 0 };

  for (uint64_t i = 0; i < task->number; i++)
    open_socket (task, false);
  say ("ready", &none);
  while (!stopped)
    usleep (LOOK_UP_MS * 1000);
  return 0;
}

static bool
parse (int argc, char **argv, Task *task)
{
  struct sockaddr_in *v4 = (struct sockaddr_in *) (void *) &task->address;
  struct sockaddr_in6 *v6 = (struct sockaddr_in6 *) (void *) &task->address;
  uint16_t port;

  if (argc < 5 || argc > 7)
    return false;
  task->tcp = strcmp (argv[2], "tcp") == 0;
  if (!task->tcp && strcmp (argv[2], "udp") != 0)
    return false;
  port = htons ((uint16_t) strtoul (argv[4], NULL, 10));
  if (inet_pton (AF_INET, argv[3], &v4->sin_addr) == 1)
    {
      v4->sin_family = AF_INET;
      v4->sin_port = port;
      task->address_length = sizeof *v4;
    }
  else if (inet_pton (AF_INET6, argv[3], &v6->sin6_addr) == 1)
    {
      v6->sin6_family = AF_INET6;
      v6->sin6_port = port;
      task->address_length = sizeof *v6;
    }
  else
    return false;
  task->number = argc > 5 ? strtoull (argv[5], NULL, 10) : 0;
  task->rate = argc > 6 ? strtoull (argv[6], NULL, 10) : 0;
  return true;
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    int (*run) (const Task *task);
  } verbs[] = {
    { "send", run_send },
    { "sink", run_sink },
    { "source", run_source },
    { "fetch", run_fetch },
    { "hold", run_hold },
  };
  struct sigaction action = { .sa_handler = stop_cb };
  struct rlimit limit;
  Task task = { 0 };

  /* Without SA_RESTART, so that every wait ends. */
  sigaction (SIGTERM, &action, NULL);
  sigaction (SIGINT, &action, NULL);
  if (getrlimit (RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max)
    {
      limit.rlim_cur = limit.rlim_max;
      setrlimit (RLIMIT_NOFILE, &limit);
    }
  if (parse (argc, argv, &task))
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
      if (strcmp (argv[1], verbs[i].name) == 0)
        return verbs[i].run (&task);
  fprintf (stderr, "Usage: mover send|sink|source|fetch|hold tcp|udp ADDRESS PORT [BYTES|COUNT [RATE]]\n");
  return 2;
}

/*
 * A program that behaves as programs do whose packets are hard to charge, for tests of who is charged.
 *
 *   player unconnected ADDRESS PORT BYTES RATE    sends datagrams from a socket that is not connected
 *   player share       4|6 PORT COUNT             so many processes take datagrams at one port, by SO_REUSEPORT
 *   player forks       PORT                       a TCP server with a child for each connection
 *   player flood       IFACE MAC ADDRESS RATE     SYNs from sources at random, so many a second
 *
 * ADDRESS is IPv4 and RATE in bytes a second, but for the flood. Servers say {"event":"ready"} when they listen. All
 * end by SIGTERM or SIGINT, children with them.
 */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define DATAGRAM 1400
#define BATCH_MS 5

static char bytes[65536];

static void
fail (const char *what)
{
  perror (what);
  exit (1);
}

static void
say_ready (void)
{
  puts ("{\"event\":\"ready\"}");
  fflush (stdout);
}

static double
now (void)
{
  struct timespec time;

  clock_gettime (CLOCK_MONOTONIC, &time);
  return (double) time.tv_sec + (double) time.tv_nsec / 1e9;
}

static struct sockaddr_in
parse_address (const char *text, const char *port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons ((uint16_t) strtoul (port, NULL, 10)) };

  if (inet_pton (AF_INET, text, &address.sin_addr) != 1)
    fail (text);
  return address;
}

static int
run_unconnected (char **arguments)
{
  struct sockaddr_in to = parse_address (arguments[0], arguments[1]);
  uint64_t number = strtoull (arguments[2], NULL, 10), sent = 0;
  double rate = strtod (arguments[3], NULL), begin = now ();
  int fd = socket (AF_INET, SOCK_DGRAM, 0);

  while (sent < number)
    {
      double wait = begin + (double) sent / rate - now ();

      if (wait > 0)
        usleep ((useconds_t) (wait * 1e6));
      if (sendto (fd, bytes, DATAGRAM, 0, (struct sockaddr *) &to, sizeof to) > 0)
        sent += DATAGRAM;
    }
  return 0;
}

static void
take_datagrams (int family, uint16_t port)
{
  struct sockaddr_in6 any = { .sin6_family = (sa_family_t) family, .sin6_port = htons (port) };
  int fd = socket (family, SOCK_DGRAM, 0), yes = 1;

  setsockopt (fd, SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes);
  if (bind (fd, (struct sockaddr *) &any, family == AF_INET ? sizeof (struct sockaddr_in) : sizeof any) != 0)
    fail ("bind");
  say_ready ();
  while (recv (fd, bytes, sizeof bytes, 0) >= 0)
    ;
}

static int
run_share (char **arguments)
{
  unsigned long count = strtoul (arguments[2], NULL, 10);

  for (unsigned long i = 1; i < count; i++)
    if (fork () == 0)
      {
        prctl (PR_SET_PDEATHSIG, SIGKILL);
        break;
      }
  take_datagrams (arguments[0][0] == '4' ? AF_INET : AF_INET6, (uint16_t) strtoul (arguments[1], NULL, 10));
  return 0;
}

static int __attribute__ ((noreturn))
run_forks (char **arguments)
{
  struct sockaddr_in here = parse_address ("0.0.0.0", arguments[0]);
  int fd = socket (AF_INET, SOCK_STREAM, 0), yes = 1;

  setsockopt (fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  signal (SIGCHLD, SIG_IGN);
  if (bind (fd, (struct sockaddr *) &here, sizeof here) != 0 || listen (fd, 64) != 0)
    fail ("bind");
  say_ready ();
  for (;;)
    {
      int client = accept (fd, NULL, NULL);

      if (fork () == 0)
        {
          prctl (PR_SET_PDEATHSIG, SIGKILL);
          while (read (client, bytes, sizeof bytes) > 0)
            ;
          _exit (0);
        }
      close (client);
    }
}

/* An Ethernet frame of a SYN; its sums are not right, which whoever counts packets does not look at. */
typedef struct __attribute__ ((packed))
{
  struct ether_header ethernet;
  struct iphdr ip;
  struct tcphdr tcp;
} Syn;

static void
fill_syn (Syn *syn, const char *mac, const char *address)
{
  uint8_t *to = syn->ethernet.ether_dhost;

  *syn = (Syn){
    .ethernet = { .ether_shost = { 2, 0, 0, 0, 0, 9 }, .ether_type = htons (ETHERTYPE_IP) },
    .ip = { .version = 4,
            .ihl = 5,
            .tot_len = htons (sizeof *syn - sizeof syn->ethernet),
            .ttl = 64,
            .protocol = IPPROTO_TCP },
    .tcp = { .dest = htons (9), .doff = 5, .syn = 1, .window = htons (1024) },
  };
  if (sscanf (mac, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", to, to + 1, to + 2, to + 3, to + 4, to + 5) != 6
      || inet_pton (AF_INET, address, &syn->ip.daddr) != 1)
    fail ("flood");
}

static int __attribute__ ((noreturn))
run_flood (char **arguments)
{
  struct sockaddr_ll link = { .sll_family = AF_PACKET, .sll_ifindex = (int) if_nametoindex (arguments[0]) };
  double rate = strtod (arguments[3], NULL), begin = now ();
  uint64_t seed = 1;
  int fd = socket (AF_PACKET, SOCK_RAW, 0);
  Syn syn;

  fill_syn (&syn, arguments[1], arguments[2]);
  if (fd < 0 || bind (fd, (struct sockaddr *) &link, sizeof link) != 0 || getrandom (&seed, sizeof seed, 0) < 0)
    fail ("flood");
  for (uint64_t sent = 0;;)
    {
      uint64_t due = (uint64_t) ((now () - begin) * rate);

      for (; sent < due; sent++)
        {
          seed = seed * UINT64_C (6364136223846793005) + UINT64_C (1442695040888963407);
          syn.ip.saddr = (uint32_t) (seed >> 32);
          syn.tcp.source = (uint16_t) (seed >> 16);
          if (send (fd, &syn, sizeof syn, 0) < 0)
            break;
        }
      usleep (BATCH_MS * 1000);
    }
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    int n_arguments;
    int (*run) (char **arguments);
  } verbs[] = {
    { "unconnected", 4, run_unconnected },
    { "share", 3, run_share },
    { "forks", 1, run_forks },
    { "flood", 4, run_flood },
  };

  for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
    if (argc == verbs[i].n_arguments + 2 && strcmp (argv[1], verbs[i].name) == 0)
      return verbs[i].run (argv + 2);
  fprintf (stderr, "Usage: player unconnected|share|forks|flood ARGUMENT...\n");
  return 2;
}

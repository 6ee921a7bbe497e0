#pragma once

#include <arpa/inet.h>
#include <glib.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* A child in a namespace of its own, with a UDP socket at port 5353 of 127.0.0.1, until it is killed. */
static pid_t
start_elsewhere (void)
{
  int ready[2];
  char byte = 0;
  pid_t child;

  g_assert_no_errno (pipe (ready));
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      struct sockaddr_in here
          = { .sin_family = AF_INET, .sin_port = htons (5353), .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
      int packets;

      prctl (PR_SET_PDEATHSIG, SIGKILL);
      if (unshare (CLONE_NEWNET) != 0 || (packets = socket (AF_INET, SOCK_DGRAM, 0)) < 0
          || bind (packets, (struct sockaddr *) &here, sizeof here) != 0 || write (ready[1], "r", 1) != 1)
        _exit (1);
      for (;;)
        pause ();
    }
  close (ready[1]);
  g_assert_cmpint (read (ready[0], &byte, 1), ==, 1);
  close (ready[0]);
  return child;
}

static void
end_elsewhere (pid_t child)
{
  kill (child, SIGKILL);
  waitpid (child, NULL, 0);
}

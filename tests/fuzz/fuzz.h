#pragma once

#include <glib.h>

/*
 * What a target is: one function that takes bytes of anybody's. libFuzzer calls it with what it makes up, and replay.c
 * with the files that it is given. It aborts where something is wrong.
 */
int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* How much there was on the wire where a byte says so: a little more, much more, or more than there can be. */
static inline guint32
fuzz_wire_length (guint32 captured, guint8 more)
{
  return more == G_MAXUINT8 ? G_MAXUINT32 : captured + (more < 128 ? more : (more - 127u) * 1000);
}

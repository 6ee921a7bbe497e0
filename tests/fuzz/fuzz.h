#pragma once

#include <glib.h>

/*
 * What a target is: one function that takes bytes of anybody's. libFuzzer calls it with what it makes up, and replay.c
 * with the files that it is given. It aborts where something is wrong.
 */
int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

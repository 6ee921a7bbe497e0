#include "model/hash.h"

#include <string.h>

/* The finaliser of SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014): a bijection
 * in which every bit of the input reaches every bit of the output. */
static inline guint64
mix (guint64 value)
{
  value ^= value >> 30;
  value *= G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  value ^= value >> 27;
  value *= G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return value ^ (value >> 31);
}

/* A stranger chooses the addresses and ports that reach us. With a seed that they do not know, they cannot choose them
 * so that all fall into one bucket. */
static guint64
get_seed (void)
{
  static gsize initialised;
  static guint64 seed;

  if (g_once_init_enter (&initialised))
    {
      seed = ((guint64) g_random_int () << 32) | g_random_int ();
      g_once_init_leave (&initialised, 1);
    }
  return seed;
}

/**
 * sluice_hash_memory:
 * @data: (array length=length): what to hash
 * @length: its bytes
 *
 * Hashes memory so that a #GHashTable stays quick even when others choose the keys. The seed differs from process to
 * process: never store or send a hash. May be called from any thread; the first call reads the system's random numbers,
 * so make one before system calls are filtered.
 *
 * Returns: the hash
 */
guint
sluice_hash_memory (gconstpointer data, gsize length)
{
  const guint8 *bytes = data;
  guint64 hash = get_seed () ^ length;
  guint64 word;

  for (; length >= sizeof word; length -= sizeof word, bytes += sizeof word)
    {
      memcpy (&word, bytes, sizeof word);
      hash = mix (hash ^ word);
    }
  if (length > 0)
    {
      word = 0;
      memcpy (&word, bytes, length);
      hash = mix (hash ^ word);
    }
  return (guint) (hash ^ (hash >> 32));
}

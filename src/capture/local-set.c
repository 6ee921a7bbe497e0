#include "capture/local-set.h"

#include <string.h>

#include "model/hash.h"

#define MAX_BITS 128

/* An address with the bits behind its prefix zero. It has no padding: its memory is hashed. */
typedef struct
{
  SluiceAddress address; /* no family: the place is free */
  guint8 prefix_length;
  guint8 is_group; /* the broadcast address of a network, not a local one */
} Entry;

G_STATIC_ASSERT (sizeof (Entry) == 19);

struct _SluiceLocalSet
{
  Entry *entries; /* open addressing, at the most half full */
  guint32 mask;
  guint max_networks;
  guint n_networks;
  /* The prefix lengths that occur, by family. */
  guint8 lengths[2][MAX_BITS + 1];
  guint n_lengths[2];
};

/**
 * sluice_local_set_new:
 * @max_networks: how many it must have room for
 *
 * Returns: (transfer full): an empty set
 */
SluiceLocalSet *
sluice_local_set_new (guint max_networks)
{
  SluiceLocalSet *set = g_new0 (SluiceLocalSet, 1);
  guint32 size = 16;

  /* Each may bring a broadcast address. */
  while (size < max_networks * 4)
    size *= 2;
  set->entries = g_new0 (Entry, size);
  set->mask = size - 1;
  set->max_networks = max_networks;
  return set;
}

void
sluice_local_set_free (SluiceLocalSet *set)
{
  g_free (set->entries);
  g_free (set);
}

static guint
get_bits (const SluiceAddress *address)
{
  return address->family == SLUICE_FAMILY_IPV4 ? 32 : 128;
}

static Entry
make_entry (const SluiceAddress *address, guint prefix_length, gboolean is_group)
{
  Entry entry = { .address = *address, .prefix_length = (guint8) prefix_length, .is_group = is_group != FALSE };

  for (guint i = 0; i < sizeof address->bytes; i++)
    {
      guint bits = i * 8 >= prefix_length ? 0 : MIN (prefix_length - i * 8, 8);

      entry.address.bytes[i] &= (guint8) (0xff00 >> bits);
    }
  return entry;
}

/* Where an entry is, or where it would be. */
static Entry *
find (const SluiceLocalSet *set, const Entry *wanted)
{
  guint32 place = sluice_hash_memory (wanted, sizeof *wanted) & set->mask;

  while (set->entries[place].address.family != SLUICE_FAMILY_NONE
         && memcmp (&set->entries[place], wanted, sizeof *wanted) != 0)
    place = (place + 1) & set->mask;
  return &set->entries[place];
}

static void
add (SluiceLocalSet *set, const SluiceAddress *address, guint prefix_length)
{
  guint family = address->family == SLUICE_FAMILY_IPV4 ? 0 : 1;
  Entry entry = make_entry (address, prefix_length, FALSE);

  *find (set, &entry) = entry;
  for (guint i = 0; i < set->n_lengths[family]; i++)
    if (set->lengths[family][i] == prefix_length)
      return;
  set->lengths[family][set->n_lengths[family]++] = (guint8) prefix_length;
}

/* RFC 919; networks of 31 and 32 bits have none (RFC 3021). */
static void
add_broadcast (SluiceLocalSet *set, const SluiceAddress *address, guint prefix_length)
{
  Entry entry;

  if (address->family != SLUICE_FAMILY_IPV4 || prefix_length > 30)
    return;
  entry = make_entry (address, 32, TRUE);
  for (guint bit = prefix_length; bit < 32; bit++)
    entry.address.bytes[bit / 8] |= (guint8) (0x80 >> bit % 8);
  *find (set, &entry) = entry;
}

/**
 * sluice_local_set_fill:
 * @set: a set; what it held is gone
 * @networks: (array length=n_networks): addresses with their networks; what is too much for @set is left out
 * @n_networks: how many
 * @whole_networks: every address of these networks is local, not only the ones named
 */
void
sluice_local_set_fill (SluiceLocalSet *set,
                       const SluiceInterfaceAddress *networks,
                       guint n_networks,
                       gboolean whole_networks)
{
  memset (set->entries, 0, sizeof (Entry) * (set->mask + 1));
  memset (set->n_lengths, 0, sizeof set->n_lengths);
  set->n_networks = 0;
  for (guint i = 0; i < n_networks && set->n_networks < set->max_networks; i++)
    {
      const SluiceAddress *address = &networks[i].address;
      guint prefix_length = networks[i].prefix_length;

      if (address->family == SLUICE_FAMILY_NONE)
        continue;
      prefix_length = MIN (prefix_length, get_bits (address));
      add (set, address, whole_networks ? prefix_length : get_bits (address));
      add_broadcast (set, address, prefix_length);
      set->n_networks++;
    }
}

/**
 * sluice_local_set_is_empty:
 * @set: a set
 *
 * Returns: whether nothing is known to be local
 */
gboolean
sluice_local_set_is_empty (const SluiceLocalSet *set)
{
  return set->n_networks == 0;
}

/**
 * sluice_local_set_has:
 * @set: a set
 * @address: an address
 *
 * Returns: whether it is local
 */
gboolean
sluice_local_set_has (const SluiceLocalSet *set, const SluiceAddress *address)
{
  guint family = address->family == SLUICE_FAMILY_IPV4 ? 0 : 1;

  for (guint i = 0; i < set->n_lengths[family]; i++)
    {
      Entry entry = make_entry (address, set->lengths[family][i], FALSE);

      if (find (set, &entry)->address.family != SLUICE_FAMILY_NONE)
        return TRUE;
    }
  return FALSE;
}

/**
 * sluice_local_set_is_group:
 * @set: a set
 * @address: an address
 *
 * Returns: whether many may listen to it: multicast (RFC 5771; RFC 4291, 2.7), 255.255.255.255 (RFC 919), or the
 *   broadcast address of a network in @set
 */
gboolean
sluice_local_set_is_group (const SluiceLocalSet *set, const SluiceAddress *address)
{
  static const guint8 broadcast[4] = { 255, 255, 255, 255 };
  Entry entry;

  if (address->family == SLUICE_FAMILY_IPV6)
    return address->bytes[0] == 0xff;
  if (address->family != SLUICE_FAMILY_IPV4)
    return FALSE;
  if ((address->bytes[0] & 0xf0) == 0xe0 || memcmp (address->bytes, broadcast, sizeof broadcast) == 0)
    return TRUE;
  entry = make_entry (address, 32, TRUE);
  return find (set, &entry)->address.family != SLUICE_FAMILY_NONE;
}

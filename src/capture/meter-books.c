#include "capture/meter-private.h"

/*
 * How a look becomes books: headers are estimated, what programs are ahead of their link is held over, and what is left
 * on either side is named.
 */

/**
 * sluice_meter_find_row:
 * @meter: a meter with a sample in the making
 * @flow: a socket
 *
 * Returns: which of the sample's interfaces it goes over, or %SLUICE_INDEX_NONE
 */
guint32
sluice_meter_find_row (SluiceMeter *meter, const SluiceFlow *flow)
{
  if (flow->interface == NULL)
    return SLUICE_INDEX_NONE;
  return sluice_interface_rows_find (meter->interfaces, flow->interface->instance);
}

/**
 * sluice_meter_estimate_headers:
 * @meter: a meter with a sample in the making
 *
 * Works out what each socket moved with headers. Segments that the sockets counted stand against packets that the link
 * counted: a link that carries super-packets (veth, loopback, or segmentation done by the device) counts fewer packets
 * than TCP counts segments, and one header for each. Headers are charged as the device counts them.
 */
void
sluice_meter_estimate_headers (SluiceMeter *meter)
{
  guint n = meter->sample->interfaces->len;
  g_autofree guint64 (*segments)[SLUICE_N_DIRECTIONS] = g_malloc0_n (n + 1, sizeof *segments);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, meter->flows);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const SluiceFlow *flow = value;
      guint32 index = flow->has_info ? sluice_meter_find_row (meter, flow) : SLUICE_INDEX_NONE;

      for (guint d = 0; index != SLUICE_INDEX_NONE && d < SLUICE_N_DIRECTIONS; d++)
        segments[index][d] += flow->new_segments[d];
    }

  g_hash_table_iter_init (&iter, meter->flows);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      SluiceFlow *flow = value;
      guint32 index = sluice_meter_find_row (meter, flow);

      for (guint d = 0; flow->has_info && d < SLUICE_N_DIRECTIONS; d++)
        {
          guint64 headers = (guint64) flow->new_segments[d] * (flow->header_bytes + flow->link_header[d]);
          guint64 packets = index != SLUICE_INDEX_NONE ? sluice_sample_interface (meter->sample, index)->packets[d] : 0;

          if (index != SLUICE_INDEX_NONE && segments[index][d] > packets)
            headers = headers * ((double) packets / segments[index][d]);
          flow->bytes[d] = flow->carried[d] + headers;
        }
    }
}

static guint64
holdable (guint64 link_bytes)
{
  return 256 * 1024 + link_bytes / 64;
}

static gboolean
is_booked (const SluiceFlow *flow, guint32 interface)
{
  return flow->has_info && flow->program != NULL && interface != SLUICE_INDEX_NONE;
}

/**
 * sluice_meter_hold_over:
 * @meter: a meter whose headers are estimated
 *
 * Links are read a moment before sockets, and what a socket sent may still stand in its device's queue: programs are
 * ahead of their link by a little. That little is held over and booked with the next sample, so that it is neither
 * excess now nor unattributed then. More than a queue and a moment hold was really lost on the way, and is excess at
 * once.
 */
void
sluice_meter_hold_over (SluiceMeter *meter)
{
  guint n = meter->sample->interfaces->len;
  g_autofree guint64 (*booked)[SLUICE_N_DIRECTIONS] = g_malloc0_n (n + 1, sizeof *booked);
  g_autofree guint64 (*fresh)[SLUICE_N_DIRECTIONS] = g_malloc0_n (n + 1, sizeof *fresh);
  g_autofree guint64 (*ahead)[SLUICE_N_DIRECTIONS] = g_malloc0_n (n + 1, sizeof *ahead);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, meter->flows);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const SluiceFlow *flow = value;
      guint32 index = sluice_meter_find_row (meter, flow);

      for (guint d = 0; is_booked (flow, index) && d < SLUICE_N_DIRECTIONS; d++)
        {
          booked[index][d] += flow->bytes[d] + flow->held[d];
          fresh[index][d] += flow->ended ? 0 : flow->bytes[d];
        }
    }
  for (guint i = 0; i < n; i++)
    for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
      {
        guint64 link_bytes = sluice_sample_interface (meter->sample, i)->bytes[d];

        if (booked[i][d] > link_bytes)
          ahead[i][d] = MIN (booked[i][d] - link_bytes, MIN (holdable (link_bytes), fresh[i][d]));
      }

  g_hash_table_iter_init (&iter, meter->flows);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      SluiceFlow *flow = value;
      guint32 index = sluice_meter_find_row (meter, flow);

      for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
        {
          guint64 hold = 0;

          /* Each holds its share of what is left to hold, so that the shares add up to the byte. */
          if (is_booked (flow, index) && !flow->ended && flow->bytes[d] > 0)
            {
              hold = flow->bytes[d] == fresh[index][d]
                       ? ahead[index][d]
                       : MIN (flow->bytes[d] * ((double) ahead[index][d] / fresh[index][d]), flow->bytes[d]);
              hold = MIN (hold, ahead[index][d]);
              ahead[index][d] -= hold;
              fresh[index][d] -= flow->bytes[d];
            }
          flow->bytes[d] += flow->held[d];
          flow->bytes[d] -= hold;
          flow->held[d] = hold;
        }
    }
}

static int
compare_charges (gconstpointer a, gconstpointer b)
{
  guint64 key_a = ((const SluiceCharge *) a)->key;
  guint64 key_b = ((const SluiceCharge *) b)->key;

  return key_a < key_b ? -1 : key_a > key_b;
}

static void
sum_up_links (SluiceMeter *meter)
{
  SluiceSample *sample = meter->sample;

  g_array_sort (meter->charges, compare_charges);
  for (guint i = 0; i < meter->charges->len; i++)
    {
      const SluiceCharge *charge = &g_array_index (meter->charges, SluiceCharge, i);
      SluiceProgramRow *row = sluice_sample_program (sample, charge->key >> 32);

      if (i == 0 || (charge - 1)->key != charge->key)
        {
          SluiceProgramLink link = { .interface = (guint32) charge->key };

          if (row->n_links == 0)
            row->first_link = sample->links->len;
          row->n_links++;
          g_array_append_val (sample->links, link);
        }
      for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
        sluice_sample_link (sample, sample->links->len - 1)->bytes[d] += charge->bytes[d];
    }
}

/**
 * sluice_meter_close_books:
 * @meter: a meter whose every socket is booked
 *
 * Sums up what each program moved over each link and closes the books of each link: what programs do not explain is
 * unattributed, what the link does not is excess.
 */
void
sluice_meter_close_books (SluiceMeter *meter)
{
  SluiceSample *sample = meter->sample;
  g_autofree guint64 (*programs)[SLUICE_N_DIRECTIONS] = g_malloc0_n (sample->interfaces->len + 1, sizeof *programs);

  sum_up_links (meter);

  for (guint i = 0; i < sample->links->len; i++)
    {
      const SluiceProgramLink *link = sluice_sample_link (sample, i);

      programs[link->interface][SLUICE_RX] += link->bytes[SLUICE_RX];
      programs[link->interface][SLUICE_TX] += link->bytes[SLUICE_TX];
    }
  for (guint i = 0; i < sample->interfaces->len; i++)
    {
      SluiceInterfaceRow *row = sluice_sample_interface (sample, i);

      for (guint d = 0; d < SLUICE_N_DIRECTIONS; d++)
        {
          row->unattributed[SLUICE_CAUSE_NOT_SEEN][d]
              = row->bytes[d] > programs[i][d] ? row->bytes[d] - programs[i][d] : 0;
          row->excess[d] = programs[i][d] > row->bytes[d] ? programs[i][d] - row->bytes[d] : 0;
        }
    }
}

#include "capture/packet-meter-private.h"

/* One address has many names: those of all that is served there. A connection keeps the one that it was made by. */

static SluicePacketFlow *
find_flow (SluicePacketMeter *meter, guint32 slot, guint32 generation)
{
  SluicePacketFlow *flow = sluice_packet_meter_find_slot (meter, slot);

  return flow != NULL && generation != 0 && flow->generation == generation ? flow : NULL;
}

/* Whoever connects to an address does so by the name that it has just learnt for it. */
static void
name_as_known (SluicePacketMeter *meter, const SluiceFlowReport *report)
{
  SluicePacketFlow *flow = find_flow (meter, report->slot, report->generation);
  SluiceHost *known = sluice_name_table_find (meter->names, &report->key.remote);

  if (flow != NULL && flow->named == NULL && known != NULL && known->name != NULL
      && known->name_time <= report->first)
    flow->named = sluice_host_ref (known);
}

static void
name_as_called (SluicePacketMeter *meter, const SluiceNameReport *report)
{
  SluicePacketFlow *flow = find_flow (meter, report->slot, report->generation);
  SluiceHost *host;

  if (flow == NULL || !sluice_address_equal (&flow->key.remote, &report->address))
    return;
  host = sluice_name_table_call (meter->names, report);
  if (host == NULL)
    return;
  g_clear_pointer (&flow->named, sluice_host_unref);
  flow->named = host;
}

static int
compare_first (gconstpointer a, gconstpointer b)
{
  const SluiceFlowReport *x = *(const SluiceFlowReport *const *) a;
  const SluiceFlowReport *y = *(const SluiceFlowReport *const *) b;

  return x->first < y->first ? -1 : x->first > y->first;
}

/* Those that have just begun, the earliest first. */
static GPtrArray *
list_new (const SluiceReport *report)
{
  GPtrArray *fresh = g_ptr_array_new ();

  for (guint i = 0; i < report->flows->len; i++)
    if ((sluice_report_flow (report, i)->flags & SLUICE_FLOW_NEW) != 0)
      g_ptr_array_add (fresh, sluice_report_flow (report, i));
  if (report->names->len > 0)
    g_ptr_array_sort (fresh, compare_first);
  return fresh;
}

/**
 * sluice_packet_meter_learn_names:
 * @meter: a meter that has the flows of @report
 * @report: what was seen since the last report, names in the order in which they were learnt
 *
 * Learns the names, and names the flows that began before, between and after them.
 */
void
sluice_packet_meter_learn_names (SluicePacketMeter *meter, const SluiceReport *report)
{
  g_autoptr (GPtrArray) fresh = list_new (report);
  guint next = 0;

  for (guint i = 0; i < report->names->len; i++)
    {
      const SluiceNameReport *name = sluice_report_name (report, i);

      for (; next < fresh->len && ((SluiceFlowReport *) fresh->pdata[next])->first < name->time; next++)
        name_as_known (meter, fresh->pdata[next]);
      sluice_name_table_learn (meter->names, name);
    }
  for (; next < fresh->len; next++)
    name_as_known (meter, fresh->pdata[next]);
  for (guint i = 0; i < report->names->len; i++)
    name_as_called (meter, sluice_report_name (report, i));
}

#pragma once

/* What flow-table.c and flow-table-take.c share. */

#include "capture/flow-table.h"

G_BEGIN_DECLS

#define SLUICE_FLOW_N_FOLDED 257 /* one for each IP protocol, one for what is no IP */
#define SLUICE_FLOW_N_SEEDS 6
/* Slots beyond the table's are those of folded flows. */
#define SLUICE_FLOW_CAPACITY_MAX (SLUICE_REPORT_SLOTS_MAX - 1 - SLUICE_REPORT_LINKS_MAX * SLUICE_FLOW_N_FOLDED)

/* Flows in the order in which they were put there. */
typedef struct
{
  guint32 head;
  guint32 tail;
  guint32 count;
} SluiceFlowQueue;

typedef struct
{
  guint64 bytes[SLUICE_N_DIRECTIONS];
  guint64 packets[SLUICE_N_DIRECTIONS];
  guint64 payload[SLUICE_N_DIRECTIONS];
  gint64 first;
  gint64 last;
  gboolean known; /* was in a report */
} SluiceFoldedFlow;

typedef struct
{
  SluiceFoldedFlow *folded; /* SLUICE_FLOW_N_FOLDED of them */
  gboolean dirty; /* some of @folded hold something */
} SluiceFlowLink;

struct _SluiceFlowTable
{
  gpointer memory;
  SluiceFlow *flows; /* slot 0 is nobody: it ends lists */
  guint32 *buckets;  /* the first slot of each chain */
  guint32 capacity;
  guint32 n_used; /* slots below it were used once */
  guint32 free;   /* the first slot that is free again, linked by @next */
  guint32 size;   /* reachable flows */
  guint32 n_new;
  guint32 n_begun;        /* since @now */
  guint32 n_begun_before; /* in the second before */

  /* Linear hashing (Litwin 1980): buckets below @split are divided already, so that the index grows a bucket at a
   * time, and a small table stays in the cache. */
  guint32 mask;
  guint32 split;
  guint32 max_buckets;
  guint64 seeds[SLUICE_FLOW_N_SEEDS];

  SluiceFlowQueue segments[SLUICE_FLOW_N_SEGMENTS];
  guint32 first_dirty;
  guint32 last_dirty;
  guint32 n_dirty;

  gint64 time;    /* of the last packet, µs since 1970 */
  gint64 elapsed; /* since @now, µs: packet time that only goes forward */
  guint16 now;
  gboolean sweeping; /* some may have been silent too long */

  GArray *links;
};

void sluice_flow_table_sweep      (SluiceFlowTable *table,
                                   guint            budget);
void sluice_flow_table_mark_dirty (SluiceFlowTable *table,
                                   SluiceFlow      *flow);
void sluice_flow_table_free_slot  (SluiceFlowTable *table,
                                   SluiceFlow      *flow);
void sluice_flow_table_fold       (SluiceFlowTable *table,
                                   SluiceFlow      *flow);

G_END_DECLS

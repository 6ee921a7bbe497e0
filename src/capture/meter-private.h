#pragma once

#include "capture/meter.h"
#include "capture/program-rows.h"

G_BEGIN_DECLS

/* A socket, from the look that first showed it to the one that no longer does. */
typedef struct
{
  guint64 cookie;
  guint64 inode;
  SluiceFlowKey key;
  SluiceProgram *program; /* (owned) (nullable) */
  SluiceInterface *interface; /* (owned) (nullable): over which link it goes */
  guint64 link_serial;    /* the table's serial when that was found out */
  guint link_header[SLUICE_N_DIRECTIONS]; /* what that link counts of its header, bytes */
  guint64 look;           /* the look that showed it last */
  guint32 uid;
  guint32 bound_ifindex;
  guint8 state;
  guint8 header_bytes;
  guint8 missing; /* complete looks in a row that lacked it */
  gboolean has_info;
  gboolean fin_received;
  gboolean ended;
  gboolean is_new;

  /* The kernel's figures at the last look. */
  guint64 bytes_sent;
  guint64 bytes_retransmitted;
  guint64 bytes_received;
  guint32 segments[SLUICE_N_DIRECTIONS];
  guint32 total_retransmits;
  guint32 rtt_us;
  guint32 rtt_variation_us;

  /* What this look added. */
  guint64 payload[SLUICE_N_DIRECTIONS];
  guint64 carried[SLUICE_N_DIRECTIONS]; /* payload with what was sent again */
  guint64 bytes[SLUICE_N_DIRECTIONS];   /* carried and headers */
  guint64 held[SLUICE_N_DIRECTIONS];    /* of the look before, booked in this one */
  guint32 new_segments[SLUICE_N_DIRECTIONS];
  guint32 retransmits;
} SluiceFlow;

struct _SluiceMeter
{
  SluiceLinkTable *links;   /* not owned */
  SluiceOwnerTable *owners; /* not owned */
  SluiceInterfaceRows *interfaces;
  SluiceProgramRows *programs;
  GHashTable *flows; /* cookie → SluiceFlow */
  guint64 look;
  gboolean primed;         /* the first look is over */
  gboolean sockets_primed; /* so is the first that showed every socket: those that come now began at zero */
  gint64 last_time;

  /* The sample in the making. */
  SluiceSample *sample;
  GArray *charges; /* SluiceCharge */
};

/* Bytes of one flow for one program over one link; summed up into the program's links. */
typedef struct
{
  guint64 key; /* program row << 32 | interface row */
  guint64 bytes[SLUICE_N_DIRECTIONS];
} SluiceCharge;

/* What only the meter does: see meter-books.c. */

guint32 sluice_meter_find_row         (SluiceMeter      *meter,
                                       const SluiceFlow *flow);
void    sluice_meter_estimate_headers (SluiceMeter      *meter);
void    sluice_meter_hold_over        (SluiceMeter      *meter);
void    sluice_meter_close_books      (SluiceMeter      *meter);

G_END_DECLS

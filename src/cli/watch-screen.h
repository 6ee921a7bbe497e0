#pragma once

#include "cli/watch.h"

G_BEGIN_DECLS

/* How a piece of text looks; what that means is the terminal's affair. */
typedef enum
{
  SLUICE_STYLE_NORMAL,
  SLUICE_STYLE_BOLD,
  SLUICE_STYLE_DIM,
  SLUICE_STYLE_DOWNLOAD,
  SLUICE_STYLE_UPLOAD,
  SLUICE_STYLE_HEADING,
  SLUICE_STYLE_SORTED, /* the heading of the column that is sorted by */
  SLUICE_STYLE_KEY,
  SLUICE_STYLE_WARNING,
  SLUICE_N_STYLES,
} SluiceStyle;

/* A piece of a line; @text is UTF-8 and holds nothing that a terminal obeys. */
typedef struct
{
  SluiceStyle style;
  char *text;
} SluiceSpan;

/* Keys that are no characters: beyond Unicode. */
typedef enum
{
  SLUICE_KEY_UP = 0x110000,
  SLUICE_KEY_DOWN,
  SLUICE_KEY_LEFT,
  SLUICE_KEY_RIGHT,
  SLUICE_KEY_PAGE_UP,
  SLUICE_KEY_PAGE_DOWN,
  SLUICE_KEY_HOME,
  SLUICE_KEY_END,
  SLUICE_KEY_ENTER,
  SLUICE_KEY_ESCAPE,
  SLUICE_KEY_BACKSPACE,
} SluiceKey;

typedef enum
{
  SLUICE_SCREEN_IGNORED,
  SLUICE_SCREEN_CHANGED, /* draw again */
  SLUICE_SCREEN_BY, /* other rows are wanted: see sluice_screen_get_by() */
  SLUICE_SCREEN_QUIT,
} SluiceScreenResult;

/**
 * SluiceScreen:
 *
 * What the live view shows and how it answers keys, without any terminal: it is fed with totals and keys and yields
 * lines of spans.
 */
typedef struct _SluiceScreen SluiceScreen;

SluiceScreen      *sluice_screen_new    (SluiceWatchBy       by,
                                         guint               top,
                                         gboolean            unicode);
void               sluice_screen_free   (SluiceScreen       *screen);
void               sluice_screen_update (SluiceScreen       *screen,
                                         const SluiceTotals *totals,
                                         const char         *fault);
void               sluice_screen_show   (SluiceScreen       *screen,
                                         const SluiceTotals *totals,
                                         const char         *fault);
SluiceScreenResult sluice_screen_key    (SluiceScreen       *screen,
                                         gunichar            key);
SluiceWatchBy      sluice_screen_get_by (SluiceScreen       *screen);
GPtrArray         *sluice_screen_draw   (SluiceScreen       *screen,
                                         guint               width,
                                         guint               height);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SluiceScreen, sluice_screen_free)

G_END_DECLS

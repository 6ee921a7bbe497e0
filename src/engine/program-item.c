#include "sluice-config.h"

#include "engine/program-item-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A minute at the shortest interval that can be chosen, and some more. */
#define SERIES_CAPACITY 128

/* Bytes since the beginning over one link; instance 0 is the sum of the listed ones. */
typedef struct
{
  guint64 instance;
  guint64 bytes[SLUICE_N_DIRECTIONS];
} Total;

struct _SluiceProgramItem
{
  GObject parent_instance;
  SluiceItemLevel level;
  SluiceProgram *program;
  char *identity;
  char *name;
  char *detail;
  guint detailed; /* how many processes that speaks of */
  char *folded; /* what search looks at; made when first needed */
  SluiceProgramStats stats;
  SluiceProgramStats before; /* what the world sees while a sample is being fed */
  SluiceProgramClock *clock; /* nullable */
  guint64 feed;              /* the sample that it was begun with, by the clock */
  GArray *totals;           /* Total */
  SluiceSeries *series;     /* made with the first byte, or when first asked for */
  GListStore *children;
};

G_DEFINE_FINAL_TYPE (SluiceProgramItem, sluice_program_item, G_TYPE_OBJECT)

static void
sluice_program_item_finalize (GObject *object)
{
  SluiceProgramItem *self = SLUICE_PROGRAM_ITEM (object);

  g_clear_pointer (&self->program, sluice_program_unref);
  g_clear_pointer (&self->series, sluice_series_unref);
  g_clear_pointer (&self->totals, g_array_unref);
  g_clear_object (&self->children);
  g_clear_pointer (&self->clock, g_rc_box_release);
  g_free (self->identity);
  g_free (self->name);
  g_free (self->detail);
  g_free (self->folded);
  G_OBJECT_CLASS (sluice_program_item_parent_class)->finalize (object);
}

static void
sluice_program_item_class_init (SluiceProgramItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sluice_program_item_finalize;
}

static void
sluice_program_item_init (SluiceProgramItem *self)
{
}

/*
 * sluice_program_item_new:
 * @level: group, program or process
 * @program: (nullable): a process of it
 * @identity: what makes it one
 * @name: what people call it
 *
 * Returns: (transfer full): an item without figures
 */
SluiceProgramItem *
sluice_program_item_new (SluiceItemLevel level,
                         SluiceProgram *program,
                         const char *identity,
                         const char *name)
{
  SluiceProgramItem *self = g_object_new (SLUICE_TYPE_PROGRAM_ITEM, NULL);

  self->level = level;
  self->program = program != NULL ? sluice_program_ref (program) : NULL;
  self->identity = g_strdup (identity);
  self->name = g_strdup (name);
  self->stats.first_seen = g_get_real_time ();
  if (level != SLUICE_ITEM_PROCESS)
    self->children = g_list_store_new (SLUICE_TYPE_PROGRAM_ITEM);
  return self;
}

GListStore *
sluice_program_item_get_store (SluiceProgramItem *self)
{
  return self->children;
}

/* Until a sample that is begun is done by the clock, the world sees the figures of the one before. */
void
sluice_program_item_follow (SluiceProgramItem *self, SluiceProgramClock *clock)
{
  self->clock = g_rc_box_acquire (clock);
}

/* Whether nothing is below it any more. */
gboolean
sluice_program_item_is_over (SluiceProgramItem *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->children)) == 0;
}

/* Begins a sample, unless it was: what is of the moment is empty until it is added. */
void
sluice_program_item_begin (SluiceProgramItem *self)
{
  if (self->clock != NULL)
    {
      if (self->feed == self->clock->begun)
        return;
      self->feed = self->clock->begun;
      self->before = self->stats;
    }
  memset (self->stats.rate, 0, sizeof self->stats.rate);
  self->stats.connections = 0;
  self->stats.listening = 0;
  self->stats.rtt_us = 0;
  self->stats.n_processes = 0;
  self->stats.alive = FALSE;
}

/* Adds bytes to what it moved over one link since the beginning; instance 0 for the sum of the listed ones. */
void
sluice_program_item_add_bytes (SluiceProgramItem *self, guint64 instance, const guint64 bytes[SLUICE_N_DIRECTIONS])
{
  Total total = { instance, { bytes[SLUICE_RX], bytes[SLUICE_TX] } };

  if (bytes[SLUICE_RX] == 0 && bytes[SLUICE_TX] == 0)
    return;
  if (self->totals == NULL)
    self->totals = g_array_sized_new (FALSE, FALSE, sizeof (Total), 2);
  for (guint i = 0; i < self->totals->len; i++)
    {
      Total *known = &g_array_index (self->totals, Total, i);

      if (known->instance != instance)
        continue;
      known->bytes[SLUICE_RX] += bytes[SLUICE_RX];
      known->bytes[SLUICE_TX] += bytes[SLUICE_TX];
      return;
    }
  g_array_append_val (self->totals, total);
}

/* A link came back as another: what went over the one went over the other. */
void
sluice_program_item_rename_interface (SluiceProgramItem *self, guint64 before, guint64 now)
{
  for (guint i = 0; self->totals != NULL && i < self->totals->len; i++)
    {
      Total total = g_array_index (self->totals, Total, i);

      if (total.instance != before)
        continue;
      g_array_remove_index_fast (self->totals, i);
      sluice_program_item_add_bytes (self, now, total.bytes);
      return;
    }
}

SluiceProgramStats *
sluice_program_item_edit (SluiceProgramItem *self)
{
  return &self->stats;
}

/* A group's totals are its children's. */
void
sluice_program_item_set_total (SluiceProgramItem *self, const guint64 bytes[SLUICE_N_DIRECTIONS])
{
  memcpy (self->stats.total, bytes, sizeof self->stats.total);
}

static char *
make_detail (SluiceProgramItem *self)
{
  const char *user = self->program != NULL ? self->program->user : NULL;

  if (self->level == SLUICE_ITEM_GROUP)
    {
      guint n = g_list_model_get_n_items (G_LIST_MODEL (self->children));

      return g_strdup_printf (ngettext ("%u program", "%u programs", n), n);
    }
  if (self->program->kind == SLUICE_PROGRAM_OTHER_USERS)
    return g_strdup (_("all that you may not see"));
  if (self->level == SLUICE_ITEM_PROGRAM && self->detailed != 1)
    {
      guint n = self->detailed;
      g_autofree char *processes = n > 0 ? g_strdup_printf (ngettext ("%u process", "%u processes", n), n)
                                         : g_strdup (_("no open connection"));

      /* Translators: whose processes they are, and how many; where there is little room the end is cut. */
      return user != NULL ? g_strdup_printf (C_("program detail", "%s · %s"), user, processes)
                          : g_steal_pointer (&processes);
    }
  /* Translators: whose a process is, and its number. */
  return user != NULL ? g_strdup_printf (C_("program detail", "%s · pid %d"), user, self->program->pid)
                      : g_strdup_printf (C_("program detail", "pid %d"), self->program->pid);
}

static void
append_point (SluiceProgramItem *self, const SluicePoint *span)
{
  SluicePoint point = *span;

  point.rx = self->stats.rate[SLUICE_RX];
  point.tx = self->stats.rate[SLUICE_TX];
  if (self->series == NULL)
    {
      if (point.rx == 0 && point.tx == 0)
        return;
      self->series = sluice_series_new (SERIES_CAPACITY);
    }
  sluice_series_append (self->series, &point);
}

/*
 * Ends a sample: works out the totals in @scope and remembers the rates.
 * @keep_series is %FALSE where the sample was fed before and only the scope is another.
 */
void
sluice_program_item_end (SluiceProgramItem *self, guint64 scope, const SluicePoint *span, gboolean keep_series)
{
  if (scope != SLUICE_TOTAL_IS_SET)
    memset (self->stats.total, 0, sizeof self->stats.total);
  for (guint i = 0; self->totals != NULL && i < self->totals->len; i++)
    {
      const Total *total = &g_array_index (self->totals, Total, i);

      if (total->instance == scope)
        memcpy (self->stats.total, total->bytes, sizeof total->bytes);
    }
  if (keep_series && span->duration > 0)
    append_point (self, span);
}

/* A program goes on in another process. */
void
sluice_program_item_renew_program (SluiceProgramItem *self, SluiceProgram *program)
{
  if (self->program == program)
    return;
  sluice_program_ref (program);
  g_clear_pointer (&self->program, sluice_program_unref);
  self->program = program;
  g_clear_pointer (&self->detail, g_free);
  g_clear_pointer (&self->folded, g_free);
}

/* Its points spoke of another scope. */
void
sluice_program_item_forget_series (SluiceProgramItem *self)
{
  g_clear_pointer (&self->series, sluice_series_unref);
}

/**
 * sluice_program_item_get_level:
 * @self: an item
 *
 * Returns: whether it is a group, a program or a process
 */
SluiceItemLevel
sluice_program_item_get_level (SluiceProgramItem *self)
{
  return self->level;
}

/**
 * sluice_program_item_get_program:
 * @self: an item
 *
 * Returns: (transfer none) (nullable): the process, or one of the program's; %NULL for a group
 */
SluiceProgram *
sluice_program_item_get_program (SluiceProgramItem *self)
{
  return self->program;
}

/**
 * sluice_program_item_get_identity:
 * @self: an item
 *
 * Returns: what makes it one: a program's identity, a group's key; a process has its program's
 */
const char *
sluice_program_item_get_identity (SluiceProgramItem *self)
{
  return self->identity;
}

/**
 * sluice_program_item_get_name:
 * @self: an item
 *
 * Returns: what people call it; sanitised
 */
const char *
sluice_program_item_get_name (SluiceProgramItem *self)
{
  return self->name;
}

/**
 * sluice_program_item_get_detail:
 * @self: an item
 *
 * Returns: (transfer none): a short second line, such as "root · pid 4711"; valid until the item changes
 */
const char *
sluice_program_item_get_detail (SluiceProgramItem *self)
{
  guint n_processes = sluice_program_item_get_stats (self)->n_processes;

  /* A group's own depends on its children, which come and go silently. */
  if (self->level == SLUICE_ITEM_GROUP || self->detailed != n_processes)
    g_clear_pointer (&self->detail, g_free);
  self->detailed = n_processes;
  if (self->detail == NULL)
    self->detail = make_detail (self);
  return self->detail;
}

/**
 * sluice_program_item_get_stats:
 * @self: an item
 *
 * Returns: (transfer none): its figures, all of one sample; valid until the main loop goes on
 */
const SluiceProgramStats *
sluice_program_item_get_stats (SluiceProgramItem *self)
{
  return self->clock != NULL && self->feed > self->clock->done ? &self->before : &self->stats;
}

/**
 * sluice_program_item_get_series:
 * @self: an item
 *
 * Returns: (transfer none): its rates of the last minute in the present scope; another series after the scope changed
 */
SluiceSeries *
sluice_program_item_get_series (SluiceProgramItem *self)
{
  if (self->series == NULL)
    self->series = sluice_series_new (SERIES_CAPACITY);
  return self->series;
}

/**
 * sluice_program_item_get_children:
 * @self: an item
 *
 * Returns: (transfer none) (nullable): its programs or processes; %NULL for a process
 */
GListModel *
sluice_program_item_get_children (SluiceProgramItem *self)
{
  return self->children != NULL ? G_LIST_MODEL (self->children) : NULL;
}

static void
fold_into (GString *text, const char *part)
{
  g_autofree char *folded = NULL;

  if (part == NULL)
    return;
  folded = g_utf8_casefold (part, -1);
  g_string_append (text, folded);
  g_string_append_c (text, '\n');
}

static char *
make_folded (SluiceProgramItem *self)
{
  GString *text = g_string_new (NULL);
  const SluiceProgram *program = self->program;

  fold_into (text, self->name);
  if (program != NULL)
    {
      fold_into (text, program->name);
      fold_into (text, program->path);
      fold_into (text, program->app_name);
      fold_into (text, program->app_id);
      fold_into (text, program->user);
      fold_into (text, program->unit);
      fold_into (text, program->command_line);
      if (program->pid != 0)
        g_string_append_printf (text, "%d\n", program->pid);
    }
  return g_string_free (text, FALSE);
}

static gboolean
has_all_words (const char *text, const char *folded_words)
{
  g_auto (GStrv) words = g_strsplit_set (folded_words, " \t", -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (strstr (text, words[i]) == NULL)
      return FALSE;
  return TRUE;
}

/**
 * sluice_program_item_matches:
 * @self: an item
 * @folded_words: words, case-folded, apart by spaces
 *
 * Returns: whether each word stands in its name, path, app, user, unit, command line or pid, or all in those of one
 *   of its children
 */
gboolean
sluice_program_item_matches (SluiceProgramItem *self, const char *folded_words)
{
  guint n = self->children != NULL ? g_list_model_get_n_items (G_LIST_MODEL (self->children)) : 0;

  if (self->folded == NULL)
    self->folded = make_folded (self);
  if (has_all_words (self->folded, folded_words))
    return TRUE;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (SluiceProgramItem) child = g_list_model_get_item (G_LIST_MODEL (self->children), i);

      if (sluice_program_item_matches (child, folded_words))
        return TRUE;
    }
  return FALSE;
}

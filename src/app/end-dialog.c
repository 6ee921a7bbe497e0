#include "sluice-config.h"

#include "app/end-dialog.h"

#include <glib/gi18n-lib.h>
#include <signal.h>
#include <unistd.h>

#include "app/compat.h"
#include "app/process-end.h"

/* How long a program may take to end by itself before it is offered to force it, ms. */
#define PATIENCE_MS 5000

/* The ending of one program. */
typedef struct
{
  GtkWidget *widget; /* weak: dialogs belong to its window */
  char *name;
  GPtrArray *processes;   /* SluiceProgram, each the user's own */
  GArray *descriptors;    /* int: a hold on each of them, from the moment they were told to end */
} Ending;

static void
ending_free (Ending *ending)
{
  g_clear_weak_pointer (&ending->widget);
  for (guint i = 0; i < ending->descriptors->len; i++)
    close (g_array_index (ending->descriptors, int, i));
  g_array_unref (ending->descriptors);
  g_ptr_array_unref (ending->processes);
  g_free (ending->name);
  g_free (ending);
}

static GPtrArray *
own_processes (SluiceProgramItem *item)
{
  GPtrArray *processes = g_ptr_array_new_with_free_func ((GDestroyNotify) sluice_program_unref);
  GListModel *children = sluice_program_item_get_children (item);
  SluiceProgram *program = sluice_program_item_get_program (item);

  SluiceItemLevel level = sluice_program_item_get_level (item);
  guint n = level == SLUICE_ITEM_PROGRAM && children != NULL ? g_list_model_get_n_items (children) : 0;

  if (level == SLUICE_ITEM_PROCESS && program != NULL && sluice_process_may_end (program))
    g_ptr_array_add (processes, sluice_program_ref (program));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (SluiceProgramItem) child = g_list_model_get_item (children, i);

      program = sluice_program_item_get_program (child);
      if (program != NULL && sluice_process_may_end (program) && sluice_program_item_get_stats (child)->alive)
        g_ptr_array_add (processes, sluice_program_ref (program));
    }

  return processes;
}

static void
complain (Ending       *ending,
          const GError *error)
{
  if (ending->widget != NULL)
    sluice_compat_tell (ending->widget, _("Not ended"), error->message);
}

static void
force_cb (gboolean agreed,
          gpointer user_data)
{
  Ending *ending = user_data;

  for (guint i = 0; agreed && i < ending->descriptors->len; i++)
    {
      g_autoptr (GError) error = NULL;

      if (!sluice_process_signal (g_array_index (ending->descriptors, int, i), SIGKILL, &error) &&
          !g_error_matches (error, SLUICE_PROCESS_END_ERROR, SLUICE_PROCESS_END_ERROR_GONE))
        complain (ending, error);
    }
  ending_free (ending);
}

/* Time is up: what is still there is offered to be forced. */
static gboolean
patience_cb (gpointer user_data)
{
  Ending *ending = user_data;
  gboolean all_ended = TRUE;
  g_autofree char *heading = NULL;

  for (guint i = 0; i < ending->descriptors->len; i++)
    all_ended &= sluice_process_has_ended (g_array_index (ending->descriptors, int, i));
  if (all_ended || ending->widget == NULL)
    {
      ending_free (ending);
      return G_SOURCE_REMOVE;
    }
  heading = g_strdup_printf (_("“%s” Is Still Running"), ending->name);
  sluice_compat_ask (ending->widget, heading,
                     _("It was asked to end and has not done so. It may still be saving its work; forced to quit, it "
                        "cannot."),
                     _("_Force Quit"), _("_Wait"), force_cb, ending);

  return G_SOURCE_REMOVE;
}

static void
end_cb (gboolean agreed,
        gpointer user_data)
{
  Ending *ending = user_data;
  g_autoptr (GError) first_error = NULL;

  for (guint i = 0; agreed && i < ending->processes->len; i++)
    {
      g_autoptr (GError) error = NULL;
      int descriptor = sluice_process_open (g_ptr_array_index (ending->processes, i), &error);

      if (descriptor >= 0)
        {
          g_array_append_val (ending->descriptors, descriptor);
          sluice_process_signal (descriptor, SIGTERM, &error);
        }
      if (error != NULL && first_error == NULL)
        first_error = g_steal_pointer (&error);
    }
  /* Of many processes some end with the first one: that is no failure. */
  if (first_error != NULL && (ending->descriptors->len == 0 || !g_error_matches (first_error, SLUICE_PROCESS_END_ERROR,
                                                                                 SLUICE_PROCESS_END_ERROR_GONE)))
    complain (ending, first_error);
  if (ending->descriptors->len > 0)
    g_timeout_add (PATIENCE_MS, patience_cb, ending);
  else
    ending_free (ending);
}

/**
 * sluice_end_dialog_may_end:
 * @item: a row
 *
 * Returns: whether there is a process of the user's own in it to end; groups are not ended as a whole
 */
gboolean
sluice_end_dialog_may_end (SluiceProgramItem *item)
{
  g_autoptr (GPtrArray) processes = own_processes (item);

  return processes->len > 0;
}

/**
 * sluice_end_dialog_present:
 * @widget: what it was asked from
 * @item: a program or a process
 *
 * Asks whether to end the user's own processes of @item, tells those that were asked about to end, and offers to
 * force what is still there after a while. Processes that began after the question are left alone.
 */
void
sluice_end_dialog_present (GtkWidget         *widget,
                           SluiceProgramItem *item)
{
  Ending *ending = g_new0 (Ending, 1);
  g_autofree char *heading = NULL, *body = NULL;
  guint n;

  g_set_weak_pointer (&ending->widget, widget);
  ending->name = g_strdup (sluice_program_item_get_name (item));
  ending->processes = own_processes (item);
  ending->descriptors = g_array_new (FALSE, FALSE, sizeof (int));
  n = ending->processes->len;
  if (n == 0)
    {
      ending_free (ending);
      return;
    }
  heading = g_strdup_printf (_("End “%s”?"), ending->name);
  if (n == 1)
    {
      const SluiceProgram *process = g_ptr_array_index (ending->processes, 0);

      body = g_strdup_printf (_("Process %d is asked to end. Work that it has not saved may be lost."), process->pid);
    }
  else
    {
      body = g_strdup_printf (ngettext ("%u process is asked to end. Work that it has not saved may be lost.",
                                        "%u processes are asked to end. Work that they have not saved may be lost.", n),
                              n);
    }
  sluice_compat_ask (widget, heading, body, _("_End Process"), _("_Cancel"), end_cb, ending);
}

#include "sluice-config.h"

#include "model/program.h"

#include <glib/gi18n-lib.h>

static const char *const app_kind_names[] = {
  [SLUICE_APP_NONE] = "none",       [SLUICE_APP_DESKTOP] = "desktop", [SLUICE_APP_UNIT] = "unit",
  [SLUICE_APP_FLATPAK] = "flatpak", [SLUICE_APP_SNAP] = "snap",       [SLUICE_APP_CONTAINER] = "container",
};

/**
 * sluice_program_new:
 *
 * Makes an empty record of a process. The maker fills it with sanitised texts, which the record then owns, and calls
 * sluice_program_seal(); after that it must not change.
 *
 * Returns: (transfer full): a new record
 */
SluiceProgram *
sluice_program_new (void)
{
  SluiceProgram *program = g_new0 (SluiceProgram, 1);

  g_atomic_ref_count_init (&program->reference_count);
  return program;
}

/**
 * sluice_program_seal:
 * @program: a record that was just filled
 *
 * Derives what the maker left empty: the name from app, path or executable, and the identity.
 */
void
sluice_program_seal (SluiceProgram *program)
{
  g_return_if_fail (program != NULL);
  g_return_if_fail (program->identity == NULL);

  if (program->path == NULL)
    program->path = g_strdup (program->executable);
  if (program->name == NULL)
    {
      if (program->app_kind != SLUICE_APP_UNIT && program->app_name != NULL)
        program->name = g_strdup (program->app_name);
      else if (program->path != NULL)
        program->name = g_path_get_basename (program->path);
      else
        program->name = g_strdup_printf (_("process %d"), program->pid);
    }

  /* Without a path there is nothing but the process itself to tell one program from another. */
  if (program->path == NULL && program->kind == SLUICE_PROGRAM_PROCESS)
    program->identity = g_strdup_printf ("pid:%d:%" G_GUINT64_FORMAT, program->pid, program->start_time);
  else
    program->identity
        = g_strdup_printf ("%s:%s\n%s", sluice_app_kind_name (program->app_kind),
                           program->app_id != NULL ? program->app_id : "", program->path != NULL ? program->path : "");
}

/**
 * sluice_program_other_users:
 *
 * The one record for everything that the caller may not see.
 *
 * Returns: (transfer none): a record that lives as long as the process
 */
SluiceProgram *
sluice_program_other_users (void)
{
  static gsize once;
  static SluiceProgram *others;

  if (g_once_init_enter (&once))
    {
      others = sluice_program_new ();
      others->kind = SLUICE_PROGRAM_OTHER_USERS;
      others->uid = G_MAXUINT32;
      others->name = g_strdup (_("other users"));
      others->identity = g_strdup ("other-users");
      g_once_init_leave (&once, 1);
    }
  return others;
}

/**
 * sluice_program_get_label:
 * @program: a program
 *
 * Returns: (transfer none): what it is called where it stands alone, as in a row of a window; its name is for lines and
 *   for machines
 */
const char *
sluice_program_get_label (const SluiceProgram *program)
{
  if (program->kind == SLUICE_PROGRAM_OTHER_USERS)
    return _("Other users");
  return program->name != NULL ? program->name : program->path;
}

SluiceProgram *
sluice_program_ref (SluiceProgram *program)
{
  g_atomic_ref_count_inc (&program->reference_count);
  return program;
}

void
sluice_program_unref (SluiceProgram *program)
{
  if (!g_atomic_ref_count_dec (&program->reference_count))
    return;
  g_free (program->user);
  g_free (program->path);
  g_free (program->executable);
  g_free (program->name);
  g_free (program->command_line);
  g_free (program->parent_name);
  g_free (program->app_id);
  g_free (program->app_name);
  g_free (program->icon_name);
  g_free (program->unit);
  g_free (program->identity);
  g_free (program);
}

/**
 * sluice_program_same_process:
 * @a: a program
 * @b: another
 *
 * Returns: whether both records speak of one process running one program: pid, start time and identity are equal
 */
gboolean
sluice_program_same_process (const SluiceProgram *a, const SluiceProgram *b)
{
  return a == b
         || (a->kind == b->kind && a->pid == b->pid && a->start_time == b->start_time
             && g_str_equal (a->identity, b->identity));
}

/**
 * sluice_program_hash:
 * @program: (type SluiceProgram): a program
 *
 * Returns: a hash that is equal for records that are the same process
 */
guint
sluice_program_hash (gconstpointer program)
{
  const SluiceProgram *p = program;

  return g_str_hash (p->identity) ^ ((guint) p->pid * 2654435761u);
}

/**
 * sluice_program_equal:
 * @a: a program
 * @b: another
 *
 * Returns: sluice_program_same_process(), for hash tables
 */
gboolean
sluice_program_equal (gconstpointer a, gconstpointer b)
{
  return sluice_program_same_process (a, b);
}

/**
 * sluice_app_kind_name:
 * @kind: a kind
 *
 * Returns: its name for machines
 */
const char *
sluice_app_kind_name (SluiceAppKind kind)
{
  g_return_val_if_fail (kind < G_N_ELEMENTS (app_kind_names), "none");
  return app_kind_names[kind];
}

#include "sluice-config.h"

#include <glib/gi18n-lib.h>
#include <locale.h>

#include "app/application.h"

int
main (int    argc,
      char **argv)
{
  const char *localedir = g_getenv ("SLUICE_LOCALEDIR");
  g_autoptr (SluiceApplication) application = NULL;
  int status;

  setlocale (LC_ALL, "");
  /* Run from the build folder, the catalogues stand elsewhere. */
  if (localedir == NULL)
    localedir = SLUICE_LOCALEDIR;
  bindtextdomain (GETTEXT_PACKAGE, localedir);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_prgname ("sluice");
  /* The window's app id on Wayland, and its class on X11. */
  g_set_application_name (_("Sluice"));

  application = sluice_application_new ();
  status = g_application_run (G_APPLICATION (application), argc, argv);

  /* GLib forgets a status that is set while the main loop runs. */
  return status != 0 ? status : sluice_application_get_exit_status (application);
}

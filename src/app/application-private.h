#pragma once

#include "app/application.h"
#include "app/command-line.h"
#include "app/host-names.h"
#include "app/window.h"
#include "engine/live-model.h"

G_BEGIN_DECLS

struct _SluiceApplication
{
  AdwApplication parent_instance;

  SluiceCommandLine line; /* what the first start asked for */
  int exit_status;

  GSettings *settings;
  SluiceEngine *engine;
  SluiceLiveModel *model;
  SluiceHostNames *names;
  char *failure;          /* why the engine does not run */
  char *wanted_interface; /* shown as soon as it is there; NULL is none, "" all */
  gboolean background;

  guint signal_ids[3];
  guint picture_id;
  guint frames_to_picture;
};

void          sluice_application_add_actions    (SluiceApplication *self);
SluiceWindow *sluice_application_get_window     (SluiceApplication *self);
SluiceWindow *sluice_application_present        (SluiceApplication *self);
void          sluice_application_run_engine     (SluiceApplication *self);
gboolean      sluice_application_want_interface (SluiceApplication *self,
                                                 const char        *name);
void          sluice_application_end            (SluiceApplication *self,
                                                 int                exit_status);
void          sluice_application_picture        (SluiceApplication *self);

G_END_DECLS

#pragma once

#include <adwaita.h>

#include "engine/live-model.h"

G_BEGIN_DECLS

#define SLUICE_TYPE_INTERFACE_PICKER (sluice_interface_picker_get_type ())
/**
 * SluiceInterfacePicker:
 *
 * Says which network interface is shown and lets another one be chosen: a button with a list below it, where each
 * interface has its kind, name, address and a small live preview. Choosing goes through the action "app.interface".
 */
G_DECLARE_FINAL_TYPE (SluiceInterfacePicker, sluice_interface_picker, SLUICE, INTERFACE_PICKER, AdwBin)

void sluice_interface_picker_set_model  (SluiceInterfacePicker *self,
                                         SluiceLiveModel       *model);
void sluice_interface_picker_set_narrow (SluiceInterfacePicker *self,
                                         gboolean               narrow);
void sluice_interface_picker_popup      (SluiceInterfacePicker *self);

G_END_DECLS

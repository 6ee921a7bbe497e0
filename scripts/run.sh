#!/bin/sh
# run.sh FOLDER: open the app from the build folder, as it is, with nothing installed.
set -eu
cd "$(dirname "$0")/.."
folder=$PWD/$1

# The catalogues are not installed either.
export SLUICE_LOCALEDIR="$folder/po"

if [ -z "${DISPLAY:-}" ] && [ -z "${WAYLAND_DISPLAY:-}" ]; then
  echo "There is no display here to open a window on, so this is the same on the command line; Ctrl+C ends it."
  exec "$folder/src/cli/sluicectl" watch
fi
GSETTINGS_SCHEMA_DIR=$folder/data exec "$folder/src/app/sluice"

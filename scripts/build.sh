#!/bin/sh
# build.sh FOLDER [MESON OPTION]...: configure FOLDER, or change its options where it is configured, and build it.
set -eu
cd "$(dirname "$0")/.."
folder=$1
shift

if [ ! -f "$folder/build.ninja" ]; then
  # What a killed or failed configuration left would stand in the way for ever.
  rm -rf "$folder"
  meson setup "$folder" -Dapp=enabled -Dterminal=enabled "$@"
elif [ $# -gt 0 ]; then
  meson configure "$folder" "$@"
fi
ninja -C "$folder"

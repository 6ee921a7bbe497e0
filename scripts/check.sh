#!/bin/sh
# check.sh FOLDER: what `make check` does. The last line is the count.
set -eu
cd "$(dirname "$0")/.."
folder=$1

scripts/dependencies.sh check
scripts/build.sh "$folder" -Dwerror=true
# Last run's log must not be counted when this run leaves none.
rm -f "$folder/meson-logs/testlog.json"
meson test -C "$folder" --no-rebuild --print-errorlogs </dev/null || true
exec scripts/count-tests.py "$folder"

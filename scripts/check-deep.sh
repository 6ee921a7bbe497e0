#!/bin/sh
# check-deep.sh FOLDER: what `make check-deep` does: the plain check, a build with clang, the tests under the address and
# undefined-behaviour sanitizers and, where there are threads, under the thread sanitizer, and each parser fuzzed.
set -eu
cd "$(dirname "$0")/.."
folder=$1
failed=

scripts/dependencies.sh deep
scripts/check.sh "$folder" || failed="$failed check"

echo "== Build with clang =="
# clang warns of casts that this machine could not even trap on, as when an array of bytes holds netlink messages, and of
# variables that only keep something until it is let go.
CC=clang scripts/build.sh "$folder-clang" -Dwerror=true "-Dc_args=-Wno-cast-align -Wno-unused-variable" || failed="$failed clang"

echo "== Address and undefined-behaviour sanitizers =="
# GTK and its friends keep what they made until the process ends; leaks are looked for in our own rooms below it.
# Leaks of libraries are told from ours by the whole stack, which costs time that no deadline of a test allows for.
export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1:detect_leaks=1:fast_unwind_on_malloc=0
export LSAN_OPTIONS=suppressions=$PWD/scripts/lsan.supp:print_suppressions=0
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
export G_SLICE=always-malloc
if scripts/build.sh "$folder-asan" -Dwerror=true -Db_sanitize=address,undefined -Db_lundef=false; then
  rm -f "$folder-asan/meson-logs/testlog.json"
  meson test -C "$folder-asan" --no-rebuild --no-suite lint --timeout-multiplier 4 --print-errorlogs </dev/null || true
  scripts/count-tests.py "$folder-asan" || failed="$failed address"
else
  failed="$failed address"
fi

echo "== Thread sanitizer =="
# GLib is not instrumented: a preloaded library tells of its locks, the rest is suppressed by name.
export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1:suppressions=$PWD/scripts/tsan.supp
if scripts/build.sh "$folder-tsan" -Dwerror=true -Dapp=disabled -Db_sanitize=thread -Db_lundef=false; then
  rm -f "$folder-tsan/meson-logs/testlog.json"
  LD_PRELOAD=$PWD/$folder-tsan/tests/sanitize/libglib-for-tsan.so meson test -C "$folder-tsan" --no-rebuild \
    --no-suite lint --timeout-multiplier 4 --print-errorlogs </dev/null || true
  scripts/count-tests.py "$folder-tsan" || failed="$failed thread"
else
  failed="$failed thread"
fi

echo "== Fuzzing =="
# FUZZ_SECONDS: how long each target is fuzzed; what it finds stays as a file in the folder.
if CC=clang scripts/build.sh "$folder-fuzz" -Dapp=disabled -Dfuzz=enabled; then
  for corpus in tests/fuzz/corpus/*; do
    name=${corpus##*/}
    mkdir -p "$folder-fuzz/found/$name"
    "$folder-fuzz/tests/fuzz/fuzz-$name" -max_total_time="${FUZZ_SECONDS:-60}" -max_len=4096 -artifact_prefix="$folder-fuzz/$name-" -verbosity=0 \
      "$folder-fuzz/found/$name" "$corpus" || failed="$failed fuzz-$name"
  done
else
  failed="$failed fuzz"
fi

if [ -n "$failed" ]; then
  echo "Failed:$failed"
  exit 1
fi
echo "All of it passed: the check, the build with clang, the sanitizers, the fuzzing."

#!/bin/sh
# Runs a program on a display of its own, drawn by Cairo, with a session bus of its own. 77 (skipped) where there is no Xvfb.
# The X server would start anew whenever the last window is gone, and turn away who comes meanwhile.
for need in dbus-run-session xvfb-run; do
  if ! command -v "$need" >/dev/null; then
    echo "1..0 # SKIP needs $need"
    exit 77
  fi
done
# The desktop portal would be started, and takes its time or crashes without a desktop.
export GTK_USE_PORTAL=0 ADW_DISABLE_PORTAL=1
export GDK_BACKEND=x11 GSK_RENDERER=cairo GTK_A11Y="${GTK_A11Y:-test}" GSETTINGS_BACKEND=memory NO_AT_BRIDGE=1
unset WAYLAND_DISPLAY
# What the bus starts must not speak where the tests do.
exec dbus-run-session -- sh -c 'exec "$@" >&3 3>&-' sh xvfb-run -a -s '-screen 0 1280x800x24 -nolisten tcp -noreset' "$@" \
  3>&1 >&2

#!/bin/sh
# dependencies.sh run|check|deep: install what is missing of what `make run`, `make check` or `make check-deep` need.
#
# On Debian, Ubuntu and their kin apt-get installs it, by sudo where the caller is not root, and only when something
# is missing at all. Elsewhere the missing things are named, and it fails so that nothing half works.
set -eu

# A line: what it is for, the Debian package, and how to tell that it is there: a command, a pkg-config module,
# or "-", which asks dpkg alone.
needs ()
{
  cat <<'END'
run    gcc                 command:cc
run    libc6-dev           -
run    meson               command:meson
run    ninja-build         command:ninja
run    python3             command:python3
run    pkg-config          command:pkg-config
run    gettext             command:msgfmt
run    libglib2.0-dev      module:gio-unix-2.0 >= 2.74
run    libglib2.0-bin      command:glib-compile-schemas
run    libmnl-dev          module:libmnl >= 1.0.4
run    libpcap-dev         module:libpcap >= 1.10
run    libseccomp-dev      module:libseccomp >= 2.5
run    libjson-glib-dev    module:json-glib-1.0 >= 1.6
run    libncurses-dev      module:ncursesw
run    libmaxminddb-dev    module:libmaxminddb >= 1.5
run    libgtk-4-dev        module:gtk4 >= 4.8
run    libadwaita-1-dev    module:libadwaita-1 >= 1.2
run    librsvg2-common     -
check  git                 command:git
check  clang-format        command:clang-format
check  iproute2            command:ip
check  dbus                command:dbus-run-session
check  xvfb                command:Xvfb
check  xauth               command:xauth
check  xdotool             command:xdotool
check  openbox             command:openbox
check  at-spi2-core        -
check  gir1.2-atspi-2.0    -
check  python3-gi          -
check  tshark              command:tshark
check  imagemagick         command:convert
check  libgl1-mesa-dri     -
check  fonts-dejavu-core   -
check  desktop-file-utils  command:desktop-file-validate
check  librsvg2-bin        command:rsvg-convert
check  python3-yaml        -
check  flatpak-builder     command:flatpak-builder
check  appstream           command:appstreamcli
check  locales             -
check  tmux                command:tmux
check  groff-base          command:groff
deep   clang               command:clang
END
}

case "${1:-}" in
  run) tiers='run' ;;
  check) tiers='run|check' ;;
  deep) tiers='run|check|deep' ;;
  *) echo "Usage: scripts/dependencies.sh run|check|deep" >&2; exit 2 ;;
esac

PATH=$PATH:/usr/sbin:/sbin
have_apt=no
if command -v apt-get >/dev/null 2>&1 && command -v dpkg-query >/dev/null 2>&1; then
  have_apt=yes
fi

is_there ()
{
  case "$2" in
    command:*)
      command -v "${2#command:}" >/dev/null 2>&1
      ;;
    module:*)
      command -v pkg-config >/dev/null 2>&1 && pkg-config --exists "${2#module:}"
      ;;
    -)
      [ "$have_apt" = no ] || [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
      ;;
  esac
}

missing=$(needs | grep -E "^($tiers) " | while read -r _ package probe; do
  is_there "$package" "$probe" || echo "$package"
done | tr '\n' ' ')
missing=${missing% }

[ -n "$missing" ] || exit 0

if [ "$have_apt" = no ]; then
  cat >&2 <<END
These are missing, under the names that Debian gives them: $missing
Install what your system calls them, then try again.
END
  exit 1
fi

if [ "$(id -u)" = 0 ]; then
  as_root=
elif command -v sudo >/dev/null 2>&1; then
  as_root=sudo
else
  echo "Packages are missing and there is no sudo here; as root, run: apt-get install $missing" >&2
  exit 1
fi

echo "Installing what is missing: $missing"
export DEBIAN_FRONTEND=noninteractive
# Nothing may ask questions: there may be nobody to answer. A stale package list is no reason to stop before trying.
$as_root apt-get -q update </dev/null || echo "The package lists could not be brought up to date; trying with what is known." >&2
# shellcheck disable=SC2086
if ! $as_root apt-get -q -y --no-install-recommends install $missing </dev/null; then
  echo "Installing failed, as told above; mend that, or as root run: apt-get install $missing" >&2
  exit 1
fi

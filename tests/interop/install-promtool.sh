#!/bin/sh
# Puts promtool, which checks rules and metrics of Prometheus, into a folder, and prints the path of the program.
#
#   tests/interop/install-promtool.sh .venv/promtool
#
# Takes it out of Debian's package, so that no server is installed with it; quick when it is there.
set -eu

if [ $# -ne 1 ]; then
  echo "usage: $0 FOLDER" >&2
  exit 2
fi
mkdir -p "$1"
folder=$(cd "$1" && pwd)

if ! "$folder/promtool" --version >/dev/null 2>&1; then
  command -v apt-get >/dev/null 2>&1 || { echo "promtool comes with Debian's package prometheus, and there is no apt-get" >&2; exit 2; }
  as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  cd "$work"
  # Whoever has no list of packages yet fetches one.
  apt-get download -qq -o APT::Sandbox::User=root prometheus >/dev/null 2>&1 ||
    { as_root apt-get update -qq >&2 && apt-get download -qq -o APT::Sandbox::User=root prometheus >&2; }
  dpkg-deb --extract prometheus_*.deb package
  mv package/usr/bin/promtool "$folder/promtool"
fi
echo "$folder/promtool"

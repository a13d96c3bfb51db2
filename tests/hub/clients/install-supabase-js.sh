#!/bin/sh
# Installs supabase-js, at the version that the tests are written for, and prints the folder that node finds it in.
#
#   tests/hub/clients/install-supabase-js.sh .venv/supabase-js
#
# Needs npm. The version is the last that runs on Node 20, which is where Debian and its neighbours are.
# Quick when that version is already in the folder; another version in it is replaced.
set -eu

version=${SUPABASE_JS_VERSION:-2.109.0}

if [ $# -ne 1 ]; then
  echo "usage: $0 FOLDER" >&2
  exit 2
fi
mkdir -p "$1"
folder=$(cd "$1" && pwd)
package="$folder/node_modules/@supabase/supabase-js/package.json"

is_there() {
  [ -f "$package" ] && grep -q "\"version\": *\"$version\"" "$package"
}

if ! is_there; then
  command -v npm >/dev/null 2>&1 || { echo "npm is not installed: supabase-js comes as an npm package" >&2; exit 2; }
  npm install --prefix "$folder" --no-save --no-audit --no-fund --ignore-scripts --loglevel=error \
    "@supabase/supabase-js@$version" >&2
  is_there || { echo "@supabase/supabase-js@$version did not arrive in $folder" >&2; exit 1; }
fi
echo "$folder/node_modules"

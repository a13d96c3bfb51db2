#!/bin/sh
# Installs the Supabase CLI, at the version that the tests are written for, and prints the path of its program.
#
#   tests/interop/install-supabase-cli.sh .venv/supabase-cli
#
# Needs npm. The npm package carries the program itself, so nothing else is downloaded and no Docker is needed.
# Quick when that version is already in the folder; another version in it is replaced.
set -eu

version=${SUPABASE_CLI_VERSION:-3.1.0}

if [ $# -ne 1 ]; then
  echo "usage: $0 FOLDER" >&2
  exit 2
fi
mkdir -p "$1"
folder=$(cd "$1" && pwd)

find_program() {
  for program in "$folder"/node_modules/@supabase/cli-*/bin/supabase; do
    [ -x "$program" ] && [ "$("$program" --version 2>/dev/null)" = "$version" ] && return 0
  done
  return 1
}

if ! find_program; then
  command -v npm >/dev/null 2>&1 || { echo "npm is not installed: the Supabase CLI comes as an npm package" >&2; exit 2; }
  npm install --prefix "$folder" --no-save --no-audit --no-fund --ignore-scripts --loglevel=error \
    "supabase@$version" >&2
  find_program || { echo "supabase@$version has no program that runs on this system" >&2; exit 1; }
fi

# One name for every system and version, which the tests look for.
ln -sf "${program#"$folder"/}" "$folder/supabase"
echo "$folder/supabase"

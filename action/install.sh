#!/usr/bin/env bash
# Installs Seatrial into an environment of its own: a version, a wheel, or else the checkout that the action is of.
set -euo pipefail

python3 -m venv "$RUNNER_TEMP/seatrial"
if [ -n "$INPUT_WHEEL" ]; then
  what=("$INPUT_WHEEL")
elif [ -n "$INPUT_VERSION" ]; then
  what=("seatrial==$INPUT_VERSION")
else
  what=("$GITHUB_ACTION_PATH")
fi
"$RUNNER_TEMP/seatrial/bin/pip" install --quiet --disable-pip-version-check -- "${what[@]}"
"$RUNNER_TEMP/seatrial/bin/seatrial" --version
echo "$RUNNER_TEMP/seatrial/bin" >>"$GITHUB_PATH"

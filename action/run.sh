#!/usr/bin/env bash
# Runs the commands one after the other: annotations to the log, results to the job's summary and into a folder.
# A command that answers no does not keep the next one from being asked; the code to end with is an output.
set -euo pipefail

# White space is no value.
if [ -z "${INPUT_FOLDER//[[:space:]]/}" ]; then INPUT_FOLDER=.; fi
if [ -z "${INPUT_FROM//[[:space:]]/}" ]; then INPUT_FROM=nothing; fi
if [ -z "${INPUT_AGAINST//[[:space:]]/}" ]; then INPUT_AGAINST=; fi
read -ra commands <<<"${INPUT_RUN//$'\n'/ }"
read -ra proofs <<<"${INPUT_PROOFS//$'\n'/ }"
# What begins with - would be an option of the command, such as the one that shows help and ends with 0.
for value in "$INPUT_FOLDER" "$INPUT_FROM" "$INPUT_AGAINST" "${commands[@]}" "${proofs[@]}"; do
  if [ "${value:0:1}" = - ]; then
    echo "::error::folder, from, proofs, against and run take no value that begins with -"
    exit 2
  fi
done

# A folder of its own, as one job may look at two releases.
results=$(mktemp -d "$RUNNER_TEMP/seatrial-results-XXXXXX")
worst=0
for command in "${commands[@]}"; do
  case "$command" in
    check) words=(check "$INPUT_FOLDER" --format github ${INPUT_AGAINST:+--against "$INPUT_AGAINST"}) ;;
    rehearse) words=(rehearse "$INPUT_FOLDER" --from "$INPUT_FROM" --format github) ;;
    prove) words=(prove "${proofs[@]}" --folder "$INPUT_FOLDER" --from "$INPUT_FROM" --format github) ;;
    report) words=(report "$INPUT_FOLDER" --from "$INPUT_FROM" --out "$results/readiness.html") ;;
    *)
      echo "::error::run takes check, rehearse, prove and report"
      exit 2
      ;;
  esac
  echo "::group::seatrial $command"
  code=0
  # What the command adds to the summary is kept beside it as well, for the comment.
  GITHUB_STEP_SUMMARY="$results/$command.md" seatrial "${words[@]}" || code=$?
  echo "::endgroup::"
  if [ -f "$results/$command.md" ]; then
    cat "$results/$command.md" >>"$GITHUB_STEP_SUMMARY"
  fi
  # A report describes; whether the release is let through is what the others say.
  if [ "$command" = report ] && [ "$code" -eq 1 ]; then
    code=0
  fi
  if [ "$code" -gt "$worst" ]; then
    worst=$code
  fi
done
{
  echo "exit-code=$worst"
  echo "results=$results"
} >>"$GITHUB_OUTPUT"

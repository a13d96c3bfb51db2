#!/usr/bin/env bash
# Puts the results into the pull request, as one comment that each run brings up to date.
# It is found by a marker that nobody sees, and only among comments of a bot: a person's is never written over.
# Where the token may not write, as on a pull request from a fork, the results are in the job's summary all the same.
set -euo pipefail

number=$(jq -r '.pull_request.number // empty' "$GITHUB_EVENT_PATH")
if [ -z "$number" ]; then
  echo "No pull request: no comment."
  exit 0
fi
# GitHub takes 65,536 characters in all.
most=20000
marker="<!-- seatrial: pull request, ${INPUT_FOLDER//[^A-Za-z0-9._\/-]/_} -->"
body="$RUNNER_TEMP/seatrial-comment.md"

# A file as it is, or as many of its entries as there is room for; each of them ends with its details.
fitting() {
  LC_ALL=C awk -v most="$most" '
    { size += length($0) + 1; text = text $0 "\n" }
    NR == 2 || ($0 == "</details>" && size <= most) { kept = text }
    END {
      if (size <= most) printf "%s", text
      else printf "%s\nThere was no room for more: the rest is in the summary of the job.\n", kept
    }' "$1"
}

{
  echo "$marker"
  for command in check rehearse prove; do
    if [ -f "$RESULTS/$command.md" ]; then
      fitting "$RESULTS/$command.md"
      echo
    fi
  done
  echo "For commit ${HEAD_SHA:-$GITHUB_SHA}; [the job and its files]($GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID)."
} >"$body"

comments="repos/$GITHUB_REPOSITORY/issues/$number/comments"
refused() {
  echo "::warning::the results could not be put into the pull request; they are in the summary of the job"
  exit 0
}
# shellcheck disable=SC2016 # $marker is jq's
ours='.[] | select(.user.type == "Bot" and (.body | startswith($marker))) | .id'
found=$(gh api --paginate "$comments" | jq -r --arg marker "$marker" "$ours") || refused
id=$(head -n 1 <<<"$found")
if [ -n "$id" ]; then
  to=(--method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id")
else
  to=(--method POST "$comments")
fi
jq -n --rawfile body "$body" '{body: $body}' | gh api "${to[@]}" --input - >/dev/null || refused

#!/usr/bin/env bash
# Lets an installed program read the samples, explain its commands and draw its window: away from the source,
# without a display, and with an empty home.
#
#   reads.sh PROGRAM
set -euo pipefail
program=$1
samples=$(cd "$(dirname "$0")/.." && pwd)/resources/samples
elsewhere=$(mktemp -d)
trap 'rm -rf "$elsewhere"' EXIT
cd "$elsewhere"
unset HANDWRITING_DATA PYTHONPATH XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME
export QT_QPA_PLATFORM=offscreen HOME=$elsewhere

"$program" recognize --json "$samples" >answers
if grep -q '"error"' answers || ! grep -q '"label"' answers; then
  cat answers
  echo "$program does not read the samples." >&2
  exit 1
fi
for command in recognize evaluate train bank import; do
  "$program" "$command" --help >/dev/null
done
"$program" --screenshot window.png
test -s window.png
echo "$program read $(wc -l <answers) samples and drew its window."

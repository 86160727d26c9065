#!/usr/bin/env bash
# Builds the reading program as one folder, in dist/handwriting, starts it and checks what it says.
#
#   bundle.sh PYTHON      PYTHON is the interpreter of an environment with the development tools
set -euo pipefail
python=$(realpath -s "$1")
cd "$(dirname "$0")/.."

"$python" -m PyInstaller --noconfirm --clean --log-level WARN build.spec

# Away from the source, without a display and without the environment that built it.
elsewhere=$(mktemp -d)
trap 'rm -rf "$elsewhere"' EXIT
program=$PWD/dist/handwriting/handwriting
samples=$PWD/resources/samples
cd "$elsewhere"
export QT_QPA_PLATFORM=offscreen HOME=$elsewhere
"$program" recognize --json "$samples" >answers
if grep -q '"error"' answers || ! grep -q '"label"' answers; then
  cat answers
  echo "The bundled program does not read the samples." >&2
  exit 1
fi
"$program" --screenshot window.png
test -s window.png

printf 'read %s samples and drew its window; ' "$(wc -l <answers)"
du -sh "$OLDPWD/dist/handwriting" | awk '{ print "size " $1 }'

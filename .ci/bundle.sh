#!/usr/bin/env bash
# Builds the reading program as one folder, in dist/handwriting, starts it and checks what it says.
#
#   bundle.sh PYTHON      PYTHON is the interpreter of an environment with the development tools
set -euo pipefail
python=$(realpath -s "$1")
cd "$(dirname "$0")/.."

if ! "$python" -c 'import PyInstaller' 2>/dev/null; then
  echo "PyInstaller is missing here, so no bundle was built."
  exit
fi
"$python" -m PyInstaller --noconfirm --clean --log-level WARN build.spec
.ci/reads.sh "$PWD/dist/handwriting/handwriting"
du -sh dist/handwriting | awk '{ print "size " $1 }'

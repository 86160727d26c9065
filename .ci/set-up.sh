#!/usr/bin/env bash
# Makes a machine ready. Safe to call again: what is there already is left alone.
#
#   set-up.sh environment FOLDER LOCK      a private environment with exactly what LOCK names
#   set-up.sh libraries offscreen|window   Qt's system libraries, on Debian and Ubuntu
#   set-up.sh display                      a display to test on where there is none (Xvfb), likewise
#
# PYTHON names the interpreter for a new environment; without it the first suitable one is taken.
set -euo pipefail
cd "$(dirname "$0")/.."

# Shared library and the Debian package that brings it.
OFFSCREEN_LIBRARIES=(
  libEGL.so.1:libegl1
  libGL.so.1:libgl1
  libxkbcommon.so.0:libxkbcommon0
  libfontconfig.so.1:libfontconfig1
  libglib-2.0.so.0:libglib2.0-0
  libdbus-1.so.3:libdbus-1-3
  libgssapi_krb5.so.2:libgssapi-krb5-2
)
WINDOW_LIBRARIES=(
  libxcb-cursor.so.0:libxcb-cursor0
  libxcb-icccm.so.4:libxcb-icccm4
  libxcb-keysyms.so.1:libxcb-keysyms1
  libxcb-shape.so.0:libxcb-shape0
  libxkbcommon-x11.so.0:libxkbcommon-x11-0
)

say() { printf '%s\n' "$*" >&2; }

# Installs Debian packages as root or through sudo; where neither works it names them and fails.
install_packages() {
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      say "Ask an administrator to run: apt-get install --no-install-recommends $*"
      return 1
    fi
    as_root=(sudo)
  fi
  say "Installing system packages: $*"
  # Package lists may be missing or old on a fresh machine: ask for new ones only when needed.
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -qq -y --no-install-recommends "$@" >/dev/null 2>&1 && return
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -qq -y --no-install-recommends "$@" >/dev/null
}

libraries() {
  command -v apt-get >/dev/null || return 0
  local wanted=("${OFFSCREEN_LIBRARIES[@]}")
  [ "$1" = window ] && wanted+=("${WINDOW_LIBRARIES[@]}")
  local known missing=() pair
  known=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p)
  for pair in "${wanted[@]}"; do
    [[ $known == *"${pair%%:*} "* ]] || missing+=("${pair##*:}")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  install_packages "${missing[@]}" ||
    say "Without these packages Qt may not start; going on and hoping for the best."
}

display() {
  command -v apt-get >/dev/null || return 0
  command -v xvfb-run >/dev/null && command -v xauth >/dev/null && return 0
  install_packages xvfb xauth || true
}

# suitable PYTHON NEWEST: whether it is a Python from 3.11 to 3.NEWEST.
suitable() {
  "$1" -c "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, $2))" 2>/dev/null
}

# choose_python NEWEST: prints a Python up to 3.NEWEST; one that can train comes first.
choose_python() {
  local candidates=(python3 python3.13 python3.12 python3.11 python3.14) candidate newest
  [ -z "${PYTHON:-}" ] || candidates=("$PYTHON")
  for newest in 13 "$1"; do
    for candidate in "${candidates[@]}"; do
      suitable "$candidate" "$newest" && printf '%s' "$candidate" && return
    done
  done
  say "Handwriting needs Python 3.11 to 3.$1 here${PYTHON:+, and $PYTHON is none of them}." \
    "Name one: make run PYTHON=/path/to/python3.13"
  return 1
}

environment() {
  local folder=$1 lock=$2 python newest=14
  # The tests train, and TensorFlow has no packages for Python 3.14 yet.
  [[ $lock != *-dev.lock ]] || newest=13
  if ! suitable "$folder/bin/python" "$newest"; then
    python=$(choose_python "$newest")
    # Debian keeps the part of Python that makes environments in a package of its own.
    if ! "$python" -c 'import ensurepip' 2>/dev/null && command -v apt-get >/dev/null; then
      install_packages "python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
    fi
    say "Making a private environment in $folder"
    rm -rf "$folder"
    "$python" -m venv "$folder"
  fi
  suitable "$folder/bin/python" 13 || say "With Python 3.14 the program reads but does not train."
  say "Installing what $lock names"
  # The lock is complete, so pip need not look for dependencies, and only ready-made packages are taken.
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --no-deps \
    --only-binary :all: --require-hashes --requirement "$lock"
}

case "${1:-}" in
  environment) environment "$2" "$3" ;;
  libraries) libraries "$2" ;;
  display) display ;;
  *) say "usage: set-up.sh environment FOLDER LOCK | libraries offscreen|window | display"; exit 2 ;;
esac

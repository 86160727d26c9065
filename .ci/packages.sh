#!/usr/bin/env bash
# Builds the sdist, from it the wheel, and installs the wheel in fresh environments without TensorFlow.
#
#   packages.sh PYTHON [INTERPRETER...]     PYTHON has the development tools; each INTERPRETER that is
#                                           installed gets an environment, by default PYTHON
set -euo pipefail
python=$(realpath -s "$1")
shift
cd "$(dirname "$0")/.."
ci=$PWD/.ci
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$python" -m hatchling build -t sdist -d "$work"
tar -xf "$work"/*.tar.gz -C "$work"
(cd "$work"/handwriting-*/ && "$python" -m hatchling build -t wheel -d "$work")

# Installs the wheel for an interpreter, reads with it, and asks for a training.
use_wheel() {
  local environment=$work/environment program=$work/environment/bin/handwriting answer
  "$1" -m venv --clear "$environment" &&
    "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
      --only-binary :all: "$work"/*.whl &&
    "$ci/reads.sh" "$program" || return
  answer=$(cd "$work" && HOME=$work "$program" train digits 2>&1) || true
  [[ $answer == *"needs more libraries"* ]] || { echo "Without TensorFlow, train says: $answer"; return 1; }
}

[ $# -gt 0 ] || set -- "$python"
failed=()
for interpreter; do
  if ! version=$("$interpreter" -c 'import ensurepip, sys; print(sys.version.split()[0])' 2>/dev/null); then
    echo "$interpreter is missing here, so it was not tried."
  else
    echo "Python $version:"
    use_wheel "$interpreter" || failed+=("$interpreter")
  fi
done
[ ${#failed[@]} -eq 0 ] || { echo "The wheel does not work with: ${failed[*]}"; exit 1; }

#!/bin/sh
# Make .venv with exactly the pinned packages, once; later calls see the stamp and return at once.
set -eu

python=${PYTHON:-python3}
if ! command -v "$python" >/dev/null 2>&1; then
  echo "freshedge needs Python 3.11 or later, and there is no '$python' here. Install it (Debian: apt install python3 python3-venv; macOS: brew install python), or name yours: make PYTHON=/path/to/python" >&2
  exit 1
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  echo "freshedge needs Python 3.11 or later; '$python' is $("$python" --version 2>&1). Name a newer one: make PYTHON=/path/to/python3.13" >&2
  exit 1
fi

stamp=.venv/.installed
wanted=$(cat requirements/dev.txt requirements/uv.txt pyproject.toml requirements/install.sh | cksum)
if [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null || true)" = "$wanted $(pwd)" ]; then
  exit 0
fi

echo "freshedge: making .venv (once; about half a minute)"
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  echo "freshedge needs Python's venv module. Install it (Debian: apt install python3-venv) and try again." >&2
  exit 1
fi
# What is there is kept and brought up to date; a .venv of another folder or of an older Python is made anew.
if ! .venv/bin/python -c 'import os, sys; sys.exit(sys.version_info < (3, 11) or sys.prefix != os.path.realpath(".venv"))' 2>/dev/null; then
  "$python" -m venv --clear .venv
fi
if ! .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt 2>.venv/pip.log; then
  cat .venv/pip.log >&2
  echo "freshedge: could not install uv. Is this machine online, and may pip reach its registry?" >&2
  exit 1
fi
VIRTUAL_ENV="$(pwd)/.venv" .venv/bin/uv pip install --quiet --require-hashes -r requirements/dev.txt
VIRTUAL_ENV="$(pwd)/.venv" .venv/bin/uv pip install --quiet --no-deps --no-build-isolation --editable .
echo "$wanted $(pwd)" >"$stamp"

#!/usr/bin/env bash
# Makes one Python environment for each public client that the tests and checks use.
#
# usage: clients.sh [NAME...]
#
# deploy/clients/NAME.txt pins all packages of one client, no others are installed; its environment is .mesh/clients/NAME. Without
# names all of them are made, but not those in sub-folders (bench/fastapi). Only what is missing or pinned differently is installed, and
# said before.
set -euo pipefail
case "${1:-}" in -h | --help) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 0 ;; esac
top=$(cd "$(dirname "$0")/../.." && pwd)
folder=${MESH_CLIENTS:-$top/.mesh/clients}

make_environment() {
  local name=$1 pins=$top/deploy/clients/$1.txt
  [ -f "$pins" ] || { echo "clients.sh: no deploy/clients/$name.txt" >&2; exit 64; }
  cmp -s "$pins" "$folder/$name/installed.txt" && return 0
  echo "missing: the client $name; installing $(grep -v '^#' "$pins" | tr '\n' ' ')" >&2
  rm -rf "${folder:?}/$name"
  mkdir -p "$folder"
  python3 -m venv "$folder/$name"
  "$folder/$name/bin/pip" install --quiet --disable-pip-version-check --no-deps --requirement "$pins" >&2
  cp "$pins" "$folder/$name/installed.txt"
}

if [ $# -eq 0 ]; then
  for pins in "$top"/deploy/clients/*.txt; do
    name=${pins##*/}
    make_environment "${name%.txt}"
  done
else
  for name in "$@"; do make_environment "$name"; done
fi

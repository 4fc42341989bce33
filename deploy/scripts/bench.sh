#!/usr/bin/env bash
# Prepares the benchmarks of inference, and installs nothing that is there already.
#
# usage: bench.sh
#
# wrk comes from Debian; the peers' Python environments are .mesh/clients/bench/NAME, pinned in deploy/clients/bench/NAME.txt; models
# and rows are made once, into .mesh/bench (2 GB). Neither the product nor its tests need any of it.
set -euo pipefail
case "${1:-}" in -h | --help) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 0 ;; esac
cd "$(dirname "$0")/../.."

if ! command -v wrk >/dev/null; then
  echo "missing: wrk; installing it" >&2
  as_root=()
  [ "$EUID" -eq 0 ] || as_root=(sudo)
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends wrk >&2
fi

deploy/scripts/clients.sh bench/fastapi bench/mlserver bench/litserve

source=Tests/Benchmarks/models
models=.mesh/bench/models
python=.mesh/clients/bench/models/bin/python

# make_once SCRIPT FOLDER: runs a script of the models' environment once for each state of the scripts and pins.
make_once() {
  local script=$1 folder=$2 stamp
  stamp=$(cat "$source"/*.py deploy/clients/bench/models.txt | sha256sum)
  [ "$(cat "$folder/made-by" 2>/dev/null)" = "$stamp" ] && return 0
  deploy/scripts/clients.sh bench/models
  echo "missing: $folder; making it by $script" >&2
  mkdir -p "$folder"
  "$python" -W ignore "$source/$script" "$folder" >&2
  echo "$stamp" >"$folder/made-by"
}

make_once make_models.py "$models"
make_once make_rows.py .mesh/bench/rows
(cd "$models" && sha256sum --check --quiet SHA256SUMS)
diff -q "$source/SHA256SUMS" "$models/SHA256SUMS" >/dev/null ||
  echo "bench.sh: the models are not those of $source/SHA256SUMS (another processor?): compare within this run only" >&2

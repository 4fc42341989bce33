#!/usr/bin/env bash
# Prepares the benchmarks of inference, and installs nothing that is there already.
#
# usage: bench.sh
#
# wrk comes from Debian; the peers' Python environments are .mesh/clients/bench/NAME, pinned in deploy/clients/bench/NAME.txt; the models
# are made once, into .mesh/bench/models. Neither the product nor its tests need any of it.
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

models=.mesh/bench/models
source=Tests/Benchmarks/models
stamp=$(cat "$source"/*.py deploy/clients/bench/models.txt | sha256sum)
if [ "$(cat "$models/made-by" 2>/dev/null)" != "$stamp" ]; then
  deploy/scripts/clients.sh bench/models
  echo "missing: the models of the benchmark; making them" >&2
  mkdir -p "$models"
  .mesh/clients/bench/models/bin/python -W ignore "$source/make_models.py" "$models" >&2
  echo "$stamp" >"$models/made-by"
fi
(cd "$models" && sha256sum --check --quiet SHA256SUMS)
diff -q "$source/SHA256SUMS" "$models/SHA256SUMS" >/dev/null ||
  echo "bench.sh: the models are not those of $source/SHA256SUMS (another processor?): compare within this run only" >&2

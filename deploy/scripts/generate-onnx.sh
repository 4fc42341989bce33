#!/usr/bin/env bash
# Makes Shared/ONNX/Generated/onnx.pb.swift from Shared/ONNX/onnx.proto. Needed only when that file changes.
#
# usage: generate-onnx.sh [PROTOC_GEN_SWIFT]
#
# Takes protoc from Debian's protobuf-compiler, and builds swift-protobuf's generator from the checkout that SwiftPM made.
set -euo pipefail
case "${1:-}" in -h | --help) sed -n '2,6s/^# \{0,1\}//p' "$0"; exit 0 ;; esac
cd "$(dirname "$0")/../.."
generator=${1:-}
if [ -z "$generator" ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  cp -r .build/checkouts/swift-protobuf "$work/swift-protobuf"
  swift build --package-path "$work/swift-protobuf" -c release --product protoc-gen-swift
  generator=$work/swift-protobuf/.build/release/protoc-gen-swift
fi
protoc --plugin=protoc-gen-swift="$generator" --proto_path=Shared/ONNX --swift_out=Shared/ONNX/Generated --swift_opt=Visibility=Internal onnx.proto

#!/usr/bin/env bash
# Runs the tests that were built, one target after the other: each has both cores to itself, so that bounded waits mean something.
#   test.sh            all targets under Tests/, the whole meshes last
#   test.sh NAME…      these targets
# Prints each target's outcome as it ends, what failed in full, and one summary. Exit status 1 when anything failed.
set -uo pipefail
cd "$(dirname "$0")/../.."

if [[ $# -gt 0 ]]; then
    targets=("$@")
else
    mapfile -t targets < <(find Tests -mindepth 1 -maxdepth 1 -name '*Tests' -printf '%f\n' | sort | grep -v '^MeshTests$')
    targets+=(MeshTests)
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
passed=0 failed=0 broken=()

for target in "${targets[@]}"; do
    begin=$SECONDS
    status=0
    swift test --skip-build --disable-xctest --filter "^$target\\." >"$log" 2>&1 || status=$?
    count=$(sed -n 's/.*Test run with \([0-9]*\) tests\{0,1\} in .*/\1/p' "$log" | tail -1)
    wrong=$(grep -c '^✘ Test .* failed after' "$log" || true)
    # The line of the whole run has the same beginning.
    if grep -q '^✘ Test run with' "$log"; then wrong=$((wrong - 1)); fi
    if [[ -z $count || $count -eq 0 ]]; then count=1 wrong=1 status=1; fi
    if [[ $status -ne 0 && $wrong -eq 0 ]]; then wrong=1; fi
    passed=$((passed + count - wrong)) failed=$((failed + wrong))
    if [[ $status -eq 0 ]]; then
        printf 'ok    %-30s %4d tests  %4d s\n' "$target" "$count" $((SECONDS - begin))
    else
        broken+=("$target")
        printf 'FAIL  %-30s %4d tests  %4d s  %d failed\n' "$target" "$count" $((SECONDS - begin)) "$wrong"
        grep -E '^✘|↳|error:|Fatal error|crashed' "$log" | head -60 || tail -40 "$log"
    fi
done

if [[ ${#broken[@]} -gt 0 ]]; then echo "failed in: ${broken[*]}"; fi
printf '%d passed, %d failed\n' "$passed" "$failed"
[[ $failed -eq 0 ]]

#!/usr/bin/env bash
# Runs the tests that were built, one target after the other: each has both cores to itself, so that bounded waits mean something.
#   test.sh            all targets under Tests/, the whole meshes last
#   test.sh NAME…      these targets
# Prints each target's outcome as it ends, what failed in full, and one summary. A target that failed is run once more: when it passes
# then it is called flaky, with what failed, and is to be mended. Exit status 1 when anything failed twice.
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
passed=0 failed=0 broken=() flaky=()

# Runs a target and says how it went: count, wrong, seconds; the status is that of the run.
run() {
    local begin=$SECONDS status=0
    swift test --skip-build --disable-xctest --filter "^$1\\." >"$log" 2>&1 || status=$?
    seconds=$((SECONDS - begin))
    count=$(sed -n 's/.*Test run with \([0-9]*\) tests\{0,1\} in .*/\1/p' "$log" | tail -1)
    # The line of the whole run begins as a test's does.
    wrong=$(grep '^✘ Test .* failed after' "$log" | grep -vc '^✘ Test run with')
    if [[ ${count:-0} -eq 0 ]]; then count=1 wrong=1 status=1; fi
    if [[ $status -ne 0 && $wrong -eq 0 ]]; then wrong=1; fi
    return "$status"
}

say() { printf '%-5s %-30s %4d tests  %4d s%s\n' "$1" "$2" "$count" "$seconds" "${3:-}"; }

for target in "${targets[@]}"; do
    if run "$target"; then
        say ok "$target"
    else
        say FAIL "$target" "  $wrong failed"
        grep -E '^✘|↳|error:|Fatal error|crashed' "$log" | head -60 || tail -40 "$log"
        if run "$target"; then
            flaky+=("$target")
            say flaky "$target" "  passed the second time"
        else
            broken+=("$target")
            say FAIL "$target" "  $wrong failed again"
        fi
    fi
    passed=$((passed + count - wrong)) failed=$((failed + wrong))
done

if [[ ${#flaky[@]} -gt 0 ]]; then echo "flaky: ${flaky[*]}"; fi
if [[ ${#broken[@]} -gt 0 ]]; then echo "failed in: ${broken[*]}"; fi
printf '%d passed, %d failed\n' "$passed" "$failed"
[[ $failed -eq 0 ]]

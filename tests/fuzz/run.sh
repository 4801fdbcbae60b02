#!/usr/bin/env bash
# Builds the fuzz targets with clang, and runs each for so many seconds: 60, or as many as are given. The
# input that makes one fail lies in build/fuzz then; give its file to the program to try it again.
#   tests/fuzz/run.sh [SECONDS]
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."

# The newest clang that is installed.
find_clang() {
  local version
  for version in -{21..16} ''; do
    if command -v "clang++$version"; then return; fi
  done
}

seconds=${1:-60}
if [[ ! $seconds =~ ^[1-9][0-9]*$ ]]; then
  echo "run.sh: '$seconds' is not a number of seconds" >&2
  exit 2
fi
CXX=${CXX:-$(find_clang)} cmake --preset fuzz
cmake --build --preset fuzz

failed=0
for program in build/fuzz/bin/fuzz_*; do
  target=${program##*/fuzz_}
  mkdir -p "build/fuzz/corpus/$target"
  echo "=== $target, $seconds s"
  # The readers tell each refusal, which would be all that there is to see.
  "$program" "build/fuzz/corpus/$target" "tests/fuzz/seeds/$target" -max_total_time="$seconds" \
    -timeout=10 -max_len=16384 -close_fd_mask=3 -print_final_stats=1 \
    -artifact_prefix="build/fuzz/$target-" || failed=1
done
exit "$failed"

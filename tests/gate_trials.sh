#!/usr/bin/env bash
# Puts the gate of `run_all.sh --ci` on trial, and prints what came of it as tables in Markdown.
set -euo pipefail

usage() {
  cat <<'HELP'
usage: tests/gate_trials.sh DIRECTORY [same|slowed|startup]...

Needs a release build (./run_all.sh once), and about two minutes a trial. DIRECTORY keeps all results;
DIRECTORY/baseline, which all kinds compare with, is measured where it is not there.

  same     twenty gates of the same build, every other one with other load on the machine: none may end
           with a regression
  slowed   ten gates of three clients that were made worse on purpose: each must name all three
           async_single_thread   starts 10 ms late
           async_multi_thread    computes on one thread fewer
           thread_per_task       holds 20 MB more
  startup  ten gates of one client that was made to start 3 ms late, async_serial: nine must name it, and
           none may name another

Exit status: 0 if every gate decided rightly, else 1.
HELP
}

root=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/..
bin=$root/build/release/bin
wrong=0

ci() { "$root/run_all.sh" --ci --no-install "$@" >>"$directory/log" 2>&1; }

# Busy for a second, idle for half of one, on each core but one, until it is killed.
other_load() {
  local cores
  cores=$(($(nproc) - 1))
  for ((i = 0; i < (cores ? cores : 1); ++i)); do
    timeout 600 python3 -c 'import time
while True:
    end = time.monotonic() + 1
    while time.monotonic() < end: pass
    time.sleep(0.5)' &
  done
  # shellcheck disable=SC2046  # each by its own id
  trap 'kill $(jobs -p)' TERM
  wait
}

# named TRIAL [MODEL]: the regressions that its gate named, as one line.
named() {
  sed -nE 's/^- \*\*(.*)\*\*$/\1/p' "$1/gate.md" | grep -F "${2:-}" |
    sed -E "s/^${2:-@} [^:]*: regressed: //; s/ \[[^]]*\]//; s/, from .*//" | paste -sd ';' |
    sed 's/;/; /g' || true
}

try_same() {
  local i trial load status loader
  printf '\n| gate | other load | exit status | all models moved by | looked worse at first | regressions |\n'
  printf '|--:|---|--:|--:|--:|---|\n'
  for ((i = 1; i <= 20; ++i)); do
    trial=$directory/same-$i load=no status=0 loader=''
    if ((i % 2 == 0)); then
      load=yes
      other_load &
      loader=$!
    fi
    ci --baseline "$directory/baseline" -- --results "$trial" || status=$?
    if [[ -n $loader ]]; then
      kill "$loader" 2>/dev/null || true  # it may have ended by itself
      wait "$loader" || true
    fi
    ((status == 0)) || wrong=1
    printf '| %d | %s | %d | %s | %s | %s |\n' "$i" "$load" "$status" "$(moved "$trial")" \
      "$([[ -e $trial/again ]] && echo yes || echo no)" "$(named "$trial")"
  done
}

# By how much the median model ended later than in the baseline.
moved() {
  python3 - "$1/gate.json" <<'PYTHON'
import json, statistics, sys
costs = json.load(open(sys.argv[1]))["costs"]
print(f'{1000 * statistics.median(c["difference"] for c in costs if c["cost"] == "overhead"):+.1f} ms')
PYTHON
}

# copy_programs FOLDER: the build's server and clients, for some of them to be made worse there.
copy_programs() {
  mkdir -p "$1"
  cp "$bin"/echo_server "$bin"/client_* "$1"
}

# link_client FOLDER MODEL: the model's client, with the C++ on standard input in it.
link_client() {
  local worse=$1/worse client=bin/client_$2 command
  cat >"$worse.cpp"
  c++ -std=c++20 -O3 -c -o "$worse.o" "$worse.cpp"
  # As the build links it, but for one object more and another place.
  command=$(ninja -C "$root/build/release" -t commands "client_$2" | grep -F -- "-o $client ")
  command=${command/"-o $client "/"$(printf '%q -o %q ' "$worse.o" "$1/client_$2")"}
  (cd "$root/build/release" && eval "$command")
}

# Two of the three are scripts that start the real client.
make_slowed_clients() {
  slowed=$directory/bin
  copy_programs "$slowed"
  cat >"$slowed/client_async_single_thread" <<EOF
#!/bin/sh
sleep 0.01
exec '$bin/client_async_single_thread' "\$@"
EOF
  cat >"$slowed/client_async_multi_thread" <<EOF
#!/bin/sh
for argument; do
  if [ "\$previous" = --threads ]; then argument=\$((argument - 1)); fi
  previous=\$argument
  set -- "\$@" "\$argument"
  shift
done
exec '$bin/client_async_multi_thread' "\$@"
EOF
  link_client "$slowed" thread_per_task <<'EOF'
#include <vector>
std::vector<char> more(20'000'000, 1);
EOF
}

try_slowed() {
  local i trial status model caught
  make_slowed_clients
  printf '\n| gate | exit status | async_single_thread | async_multi_thread | thread_per_task |\n'
  printf '|--:|--:|---|---|---|\n'
  for ((i = 1; i <= 10; ++i)); do
    trial=$directory/slowed-$i status=0
    ci --baseline "$directory/baseline" -- --bin-dir "$slowed" --results "$trial" || status=$?
    ((status == 3)) || wrong=1
    printf '| %d | %d |' "$i" "$status"
    for model in async_single_thread async_multi_thread thread_per_task; do
      caught=$(named "$trial" "$model")
      [[ -n $caught ]] || wrong=1
      printf ' %s |' "${caught:-not caught}"
    done
    printf '\n'
  done
}

try_startup() {
  local i trial status late=$directory/late count=0 caught others
  copy_programs "$late"
  link_client "$late" async_serial <<'EOF'
#include <unistd.h>
const int late = usleep(3'000);
EOF
  printf '\n| gate | exit status | async_serial | other regressions |\n|--:|--:|---|---|\n'
  for ((i = 1; i <= 10; ++i)); do
    trial=$directory/startup-$i status=0
    ci --baseline "$directory/baseline" -- --bin-dir "$late" --results "$trial" || status=$?
    caught=$(named "$trial" async_serial)
    others=$(named "$trial" | sed -E 's/async_serial [^;]*(; )?//g')
    [[ -z $caught ]] || ((++count))
    [[ -z $others ]] || wrong=1
    printf '| %d | %d | %s | %s |\n' "$i" "$status" "${caught:-not caught}" "${others:-none}"
  done
  ((count >= 9)) || wrong=1
}

case ${1:-} in
  '' | -h | --help) usage; exit 0 ;;
esac
mkdir -p "$1"
directory=$(readlink -f "$1")
shift
if [[ ! -e $directory/baseline ]]; then ci -- --results "$directory/baseline"; fi
for kind in "${@:-same}"; do
  case $kind in
    same) try_same ;;
    slowed) try_slowed ;;
    startup) try_startup ;;
    *) usage >&2; exit 2 ;;
  esac
done
exit "$wrong"

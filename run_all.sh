#!/usr/bin/env bash
# One command from a fresh clone to measured and drawn results; with --test, to every test passed.
# It installs what is missing, builds, and calls the programs. ./run_all.sh --help tells it all.
set -euo pipefail

usage() {
  cat <<'HELP'
usage: ./run_all.sh [--quick] [--no-pitfalls] [--no-install] [-- HARNESS-OPTION...]
       ./run_all.sh --servers [--no-install] [-- HARNESS-OPTION...]
       ./run_all.sh --scale [--no-install] [-- HARNESS-OPTION...]
       ./run_all.sh --ci [--baseline PATH] [--no-install] [-- HARNESS-OPTION...]
       ./run_all.sh --test [--browser] [--no-install]
       ./run_all.sh --exercise [NAME [--hint [STEP] | --solution]] [--no-install]
       ./run_all.sh --exercise [NAME] --watch [--no-install]

Installs what is missing, builds, runs the five core models (two and a half minutes) and the pitfalls,
draws the charts, and says where everything lies: results/latest.

  --quick         the same with a tenth of the durations: a third of a minute
  --no-pitfalls   leaves the pitfalls out
  --servers       every client against every server, in two minutes: docs/servers.md
  --scale         five sweeps over tasks, threads, load and connections, in eleven minutes: docs/scale.md
  --ci            short runs, and files for CI systems, in two minutes after the build: docs/ci.md
  --baseline PATH with --ci: compares with these earlier results, and ends with 3 if something has
                  regressed, and did so again in a second run
  --test          runs every test instead; those of report.html need a browser and Node.js
  --browser       with --test: installs what the tests in a browser need
  --exercise      lists the exercises; with a NAME, judges exercises/NAME.cpp: exercises/README.md
  --watch         with --exercise: judges again whenever the file is saved, and goes on to the next one
                  when it has passed
  --hint [STEP]   with --exercise NAME: shows the first hint instead, or that one
  --solution      with --exercise NAME: judges the reference solution instead
  --no-install    never installs; names what is missing and stops
  -- OPTION...    goes to the harness (build/release/bin/waitbench --help), for example -- --tasks 10;
                  paths are relative to the repository, but --results to where you are

What is run for --quick, --servers, --scale and --ci stands in recipes/. Packages come from apt-get, as root or
through sudo, on Debian and Ubuntu. Set PYTHON to name the interpreter that draws. The table of results
goes to standard output, progress to standard error; what is said while building to build/run_all.log.

Exit status: 0 fine, 1 something failed or an exercise has not passed, 2 usage, 3 a regression,
4 nothing comparable, 5 every run was refused by the system.
HELP
}

called_from=$PWD
root=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
programs=$root/build/release/bin
log=build/run_all.log
source "$root/support/shell/processes.sh"
source "$root/support/shell/install.sh"
source "$root/support/shell/exercises.sh"

# --- Building and calling -------------------------------------------------------------------------

# build [TARGET...]: these and what they need, or all. A failed configuration ends with CMake's own reason.
build() {
  local reason
  say "building${*:+ $*} into build/release; what the build says goes to $log"
  # Ninja configures again by itself when a CMake file changes, but does not know the presets.
  if [[ ! -e build/release/build.ninja || CMakePresets.json -nt build/release/build.ninja ]] &&
    ! run quietly cmake --fresh --preset release; then
    # The first error is one line, or a line with its place and then what is indented.
    reason=$(sed -n '/^CMake Error: /{s///p;q}; 0,/^CMake Error/d; /^[^ ]/q; p' "$log" |
      tr -s '\n ' ' ' | sed 's/^ //; s/ $//')
    fail_with_log "CMake could not configure the build: ${reason:-it says why above}"
  fi
  run quietly cmake --build --preset release ${1:+--target "$@"} ||
    fail_with_log "the build failed; its errors are above"
}

# Runs the harness, and returns its status. `measured` is where the results lie then, or nothing:
# --list, --predict, and a failure before the first run leave none.
measure() {
  local status=0 option previous='' results=''
  for option in "$@"; do
    if [[ $previous == --results ]]; then results=$option; fi
    if [[ $option == --results=* ]]; then results=${option#*=}; fi
    previous=$option
  done
  say "measuring: waitbench${*:+ $*}"
  if [[ -n $results ]]; then
    [[ $results == /* ]] || results=$called_from/$results
    set -- "$@" --results "$results"
  fi
  touch build/started
  run "$programs/waitbench" "$@" || status=$?
  measured=$(readlink -f "${results:-results/latest}")
  if [[ ! -e $measured/results.json || build/started -nt $measured/results.json ]]; then measured=''; fi
  ((status <= 5)) || fail "the harness ended with status $status"
  return "$status"
}

draw() {
  say "drawing the charts"
  run quietly "$python" -m plots "$measured" || fail_with_log "the charts could not be drawn from $measured"
}

tell_where_things_lie() {
  printf '\nThe results lie in %s; docs/results_format.md tells of every file.\n' "$1"
  ls -Cw 100 "$1"
  printf '\nThe page: %s\n' "$1/report.html"
}

# Runs that failed leave results, too: they are drawn, and the status stays the harness's. A pitfall
# that is not as told is a failure of its own.
run_experiment() {
  local status=0
  say "steps: install what is missing, build, measure${with_pitfalls:+, run the pitfalls}, draw"
  provide matplotlib jinja2
  build waitbench ${with_pitfalls:+pitfalls}
  measure "$@" || status=$?
  if [[ -z $measured ]]; then return "$status"; fi
  if [[ -n $with_pitfalls ]]; then
    say "running the pitfalls"
    if ! run "$programs/pitfalls" --json "$measured/pitfalls.json" >/dev/null; then
      say "a pitfall was not as told; everything else goes on"
      status=$((status ? status : 1))
    fi
  fi
  draw
  tell_where_things_lie "$measured"
  return "$status"
}

# The sweep over tasks, and within its results the others.
run_scale() {
  local status=0 first sweep
  say "steps: install what is missing, build, measure tasks, cores, load, trickle and connections, and draw each"
  provide matplotlib jinja2
  build waitbench
  measure --recipe scale "$@" || status=$?
  if [[ -z $measured ]]; then return "$status"; fi
  draw
  first=$measured
  for sweep in cores load trickle connections; do
    measure --recipe "$sweep" "$@" --results "$first/$sweep" || status=$?
    if [[ -n $measured ]]; then draw; fi
  done
  tell_where_things_lie "$first"
  return "$status"
}

# What an idle thread holds takes too long to measure here.
run_ci() {
  local status=0 verdict=0
  local -a primitives=("$programs/primitives" --benchmark_repetitions=11 --benchmark_min_time=0.02
    --benchmark_enable_random_interleaving=true --benchmark_display_aggregates_only=true)
  say "steps: install what is missing, build, measure, measure the primitives, draw${baseline:+, compare}"
  provide matplotlib jinja2 scipy
  build waitbench primitives
  measure --recipe ci "$@" || status=$?
  if [[ -z $measured ]]; then return "$status"; fi
  say "measuring the primitives"
  run quietly "${primitives[@]}" --benchmark_filter=-memory_of_an_idle \
    "--benchmark_out=$measured/primitives.json" || status=1
  draw
  run quietly "$python" -m plots.gate.exports "$measured" || fail_with_log "no exports could be made from $measured"
  if [[ -n $baseline ]]; then
    run "$python" -m plots.gate.measure_again "$baseline" "$measured" -- "${primitives[@]}" \
      -- "$programs/waitbench" --recipe ci "$@" || verdict=$?
  else
    say "nothing to compare with; for the next time: --baseline $measured"
  fi
  if [[ -n ${GITHUB_STEP_SUMMARY:-} ]]; then cat "$measured/summary.md" >>"$GITHUB_STEP_SUMMARY"; fi
  tell_where_things_lie "$measured"
  return "$((status ? status : verdict))"
}

# Every suite is run, whatever failed before it: one call tells all that is wrong.
run_tests() {
  local failed=''
  say "steps: install what is missing, build all, test C++, charts, this script, and the page in a browser"
  provide matplotlib jinja2 pytest scipy
  if [[ -n $browser ]]; then tests/browser/run.sh --install $no_install; fi
  build
  say "testing server, clients and harness"
  run ctest --preset release --parallel 4 || failed+=", a C++ test"
  say "testing the charts"
  run "$python" -m pytest --quiet tests || failed+=", a test of the charts"
  say "testing this script"
  run tests/run_all_test.sh || failed+=", a test of run_all.sh"
  PYTHON=$python run tests/browser/run.sh || failed+=", a test in the browser"
  [[ -z $failed ]] || fail "failed: ${failed#, }"
  say "every test passed"
}

# --- The command line -----------------------------------------------------------------------------

main() {
  local mode=full no_install='' browser='' with_pitfalls=yes baseline='' exercise='' hint='' solution='' watch=''
  local -a options=() names=("$root"/exercises/*.cpp)
  names=("${names[@]##*/}")
  while (($#)); do
    case $1 in
      --quick | --servers | --scale | --ci | --test | --exercise)
        [[ $mode == full ]] || usage_error "$1 and --$mode exclude each other: give one of them"
        mode=${1#--}
        if [[ $mode == exercise && ${2:--} != -* ]]; then exercise=$2 && shift; fi
        ;;
      --hint)
        hint=1
        if [[ ${2:-} =~ ^[0-9]+$ ]]; then hint=$2 && shift; fi
        ;;
      --solution) solution=--solution ;;
      --watch) watch=yes ;;
      --baseline=*) set -- --baseline "${1#*=}" "${@:2}" && continue ;;
      --baseline)  # resolved at once: results/latest will point elsewhere by the time it is read
        baseline=$(readlink -e -- "${2:-}") ||
          usage_error "--baseline: no file or directory '${2:-}': expected a results.json or its directory"
        shift
        ;;
      --no-install) no_install=--no-install ;;
      --browser) browser=yes ;;
      --no-pitfalls) with_pitfalls='' ;;
      --help | -h) usage && exit ;;
      --) options=("${@:2}") && break ;;
      *)
        usage_error "unknown option '$1': expected --quick, --servers, --scale, --ci, --test, --exercise, an option of" \
          "theirs, --no-install, --help (tells all), or -- and then options for the harness"
        ;;
    esac
    shift
  done
  if [[ $exercise == list ]]; then exercise=''; fi
  [[ -z $exercise || " ${names[*]} " == *" $exercise.cpp "* ]] ||
    usage_error "--exercise: '$exercise' is none of ${names[*]%.cpp}"
  [[ -z $hint$solution || -n $exercise ]] || usage_error "--hint and --solution go with --exercise NAME only"
  [[ -z $hint || -z $solution ]] || usage_error "--hint and --solution exclude each other: give one of them"
  [[ -z $watch || $mode == exercise ]] || usage_error "--watch goes with --exercise only"
  [[ -z $watch || -z $hint$solution ]] ||
    usage_error "--watch judges what you save: give it without --hint and --solution"
  [[ -z $baseline || $mode == ci ]] || usage_error "--baseline goes with --ci only"
  [[ -z $browser || $mode == test ]] || usage_error "--browser goes with --test only"
  [[ -n $with_pitfalls || $mode == full || $mode == quick ]] ||
    usage_error "--no-pitfalls goes with the full run and with --quick: --$mode runs no pitfalls"
  ((${#options[@]} == 0)) || [[ $mode != test && $mode != exercise ]] ||
    usage_error "--$mode takes no options after --"

  cd "$root"
  mkdir -p build && : >"$log"
  case $mode in
    full)  run_experiment "${options[@]}" ;;
    quick) run_experiment --recipe quick "${options[@]}" ;;
    servers) with_pitfalls='' && run_experiment --recipe servers "${options[@]}" ;;
    scale) run_scale "${options[@]}" ;;
    ci)    run_ci "${options[@]}" ;;
    test)  run_tests ;;
    exercise) run_exercise ;;
  esac
  exit  # here, so that nothing is read after it: the script may be edited while it runs
}

main "$@"

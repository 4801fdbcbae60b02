#!/usr/bin/env bash
# How run_all.sh behaves: a copy of it among stand-ins for apt, CMake, Python and the harness.
# Each test is a function named by a sentence; names as arguments choose tests. At the end stands how
# many passed.
set -uo pipefail

script=$(dirname "$(readlink -f "$0")")/../run_all.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# --- The stage: a repository and a PATH on which nothing is real but a few small tools ------------

# stand_in NAME: a program by that name that notes its arguments in the log, then does what standard
# input says. $S is the stage in it, and note TEXT writes to the log.
stand_in() {
  {
    cat <<EOF
#!$(command -v bash)
S='$stage'
note() { printf '%s\n' "\$*" >>"\$S/log"; }
note "$1\${*:+ \$*}"
EOF
    cat
  } >"$stage/bin/$1"
  chmod +x "$stage/bin/$1"
}

set_stage() {
  local tool
  stage=$scratch/$1
  mkdir -p "$stage/bin" "$stage/elsewhere" "$stage/repo/tests"
  cp "$script" "$stage/repo/run_all.sh"
  touch "$stage/log" "$stage/repo/CMakePresets.json"
  for tool in bash cat comm cp dirname env ln mkdir mv readlink sed sleep sort touch; do
    ln -s "$(command -v "$tool")" "$stage/bin/$tool"
  done
  stand_in dpkg-query <<'EOF'
for package in "$@"; do
  case $package in
    --*) ;;
    *) [[ -e $S/lacks-$package ]] || echo "installed $package" ;;
  esac
done
[[ -z $(compgen -G "$S/lacks-*") ]]
EOF
  stand_in apt-get </dev/null
  stand_in apt-cache <<'EOF'
[[ ! -e $S/unknown-$2 ]]
EOF
  stand_in sudo <<<'exec "$@"'
  stand_in python3 </dev/null
  stand_in ctest </dev/null
  stand_in waitbench <<'EOF'
for argument in "$@"; do note "argument <$argument>"; done
results=results/now
for ((i = 1; i <= $#; ++i)); do
  if [[ ${!i} == --results ]]; then j=$((i + 1)); results=${!j}; fi
done
if [[ ! -e $S/harness-leaves-nothing ]]; then
  mkdir -p "$results"
  touch "$results/results.json"
  [[ $results != results/now ]] || ln -sfn now results/latest
fi
echo "the table"
[[ ! -e $S/harness-status ]] || exit "$(cat "$S/harness-status")"
EOF
  mv "$stage/bin/waitbench" "$stage/harness"
  stand_in primitives </dev/null
  mv "$stage/bin/primitives" "$stage/primitives"
  stand_in pitfalls <<'EOF'
echo "the stories"
touch "${@: -1}"
EOF
  mv "$stage/bin/pitfalls" "$stage/pitfalls"
  stand_in judge <<'EOF'
echo "the verdict"
[[ ! -e $S/judge-status ]] || exit "$(cat "$S/judge-status")"
EOF
  mv "$stage/bin/judge" "$stage/judge"
  mkdir -p "$stage/repo/exercises"
  touch "$stage/repo/exercises/first.cpp" "$stage/repo/exercises/second.cpp"
  stand_in cmake <<'EOF'
mkdir -p build/release/bin
case $1 in
  --fresh)
    cat "$S/cmake-says" 2>/dev/null && exit 1
    touch build/release/build.ninja
    ;;
  --build)
    [[ ! -e $S/build-fails ]] || exit 1
    cp "$S/harness" build/release/bin/waitbench
    cp "$S/primitives" build/release/bin/primitives
    cp "$S/pitfalls" build/release/bin/pitfalls
    cp "$S/judge" build/release/bin/judge
    [[ $* != *"$(cat "$S/broken-target" 2>/dev/null || echo none)"* ]] || exit 1
    ;;
esac
EOF
  printf '#!%s\necho "this script tested" >>%q\n' "$(command -v bash)" "$stage/log" \
    >"$stage/repo/tests/run_all_test.sh"
  chmod +x "$stage/repo/tests/run_all_test.sh"
}

# Runs the copy among the stand-ins; sets status, and leaves files out, err and log on the stage.
run_all() {
  status=0
  (cd "$stage/elsewhere" && PATH=$stage/bin PYTHON=${python:-} ../repo/run_all.sh "$@") \
    >"$stage/out" 2>"$stage/err" </dev/null || status=$?
}

# --- What a test can ask --------------------------------------------------------------------------

complain() { complaints+="    $*"$'\n'; }
exits_with() { [[ $status == "$1" ]] || complain "exit status $status instead of $1"; }
has() { grep -qF -- "$2" "$stage/$1" || complain "no '$2' in $1"; }
has_line() { grep -qxF -- "$2" "$stage/$1" || complain "no line '$2' in $1"; }
has_no() { ! grep -qF -- "$2" "$stage/$1" || complain "'$2' in $1"; }
has_no_line() { ! grep -qxF -- "$2" "$stage/$1" || complain "line '$2' in $1"; }
has_order() {
  local first second
  first=$(grep -nxF -m 1 -- "$2" "$stage/$1" | cut -d : -f 1)
  second=$(grep -nxF -m 1 -- "$3" "$stage/$1" | cut -d : -f 1)
  ((${first:-0} && ${first:-0} < ${second:-0})) || complain "no '$2' before '$3' in $1"
}
has_lines() {
  local lines
  lines=$(wc -l <"$stage/$1")
  ((lines == $2)) || complain "$lines lines in $1 instead of $2"
}

# Python as --ci calls it: a gate that decides as the arguments say, one after the other.
set_up_gate() {
  printf '%s\n' "$@" >"$stage/verdicts"
  mkdir -p "$stage/repo/results/earlier"
  ln -sfn earlier "$stage/repo/results/latest"
  stand_in python3 <<'EOF'
case $* in
  *plots.compare*)
    read -r verdict <"$S/verdicts"
    sed -i 1d "$S/verdicts"
    echo "the gate says $verdict"
    exit "$verdict"
    ;;
  *rerun*) printf '%s\n' one_model,another '^a_row$' ;;
  '-m plots '*) echo "the findings" >"$3/summary.md" ;;
esac
EOF
}

# Starts the copy with a harness that goes on and on, and sends it a signal once the harness runs.
stop_while_measuring() {
  local script_pid harness_pid
  mkfifo "$stage/running"
  stand_in waitbench <<'EOF'
clean_up() { kill -KILL "$!"; wait; note "harness cleaned up after $1"; exit 1; }
trap 'clean_up INT' INT
trap 'clean_up TERM' TERM
sleep 60 &  # waits for the signal
echo "$$" >"$S/running"
wait
EOF
  mv "$stage/bin/waitbench" "$stage/harness"
  # What runs in the background ignores SIGINT, and so does all that is started by what does.
  (cd "$stage/elsewhere" && PATH=$stage/bin exec env --default-signal ../repo/run_all.sh) \
    >"$stage/out" 2>"$stage/err" </dev/null &
  script_pid=$!
  read -r harness_pid <"$stage/running"
  kill -s "$1" "$script_pid"
  status=0
  wait "$script_pid" 2>/dev/null || status=$?
  has_line log "harness cleaned up after $1"
  ! kill -0 "$harness_pid" 2>/dev/null || complain 'the harness was left behind'
  has_no log 'plots'
}

# --- The tests ------------------------------------------------------------------------------------

help_tells_every_mode_and_does_nothing() {
  run_all --help
  exits_with 0
  for word in --quick --no-pitfalls --scale --ci --baseline --test --no-install -- 'Exit status'; do has out "$word"; done
  has_lines log 0
}

an_unknown_option_is_named_with_what_is_accepted() {
  run_all --quik
  exits_with 2
  has_lines err 1
  has err "--quik"
  has err "--quick"
  has_lines log 0
}

quick_and_test_exclude_each_other() {
  run_all --quick --test
  exits_with 2
  has_lines err 1
  has_lines log 0
}

test_takes_no_harness_options() {
  run_all --test -- --models all
  exits_with 2
  has_lines err 1
  has_lines log 0
}

without_options_it_builds_measures_and_draws() {
  run_all
  exits_with 0
  has_line log 'cmake --fresh --preset release'
  has_line log 'cmake --build --preset release --target waitbench pitfalls'
  has_line log 'waitbench'
  has_line log "python3 -m plots $stage/repo/results/now"
  has_line out 'the table'
  has out "$stage/repo/results/now"
  has_no log 'apt-get'
}

it_works_from_any_directory_and_writes_into_the_repository() {
  run_all
  [[ -e $stage/repo/results/latest/results.json ]] || complain 'no results in the repository'
  [[ -z $(ls "$stage/elsewhere") ]] || complain 'something lies where it was called from'
}

standard_output_holds_the_table_and_the_places_only() {
  run_all
  has_no out '==>'
  has err '==> building'
  has err '==> measuring'
}

quick_measures_at_a_tenth_of_the_durations() {
  run_all --quick
  exits_with 0
  has_line log 'waitbench --time-scale 0.1'
}

the_pitfalls_are_run_before_the_page_is_drawn() {
  for mode in '' --quick; do
    : >"$stage/log"
    # shellcheck disable=SC2086  # a word or none
    run_all $mode
    exits_with 0
    has_order log "pitfalls --json $stage/repo/results/now/pitfalls.json" \
      "python3 -m plots $stage/repo/results/now"
    has out 'pitfalls.json'
    has_no out 'the stories'
  done
}

pitfalls_can_be_left_out() {
  run_all --quick --no-pitfalls
  exits_with 0
  has_line log 'cmake --build --preset release --target waitbench'
  has_no log 'pitfalls --json'
  has_no out 'pitfalls.json'
  has_line log "python3 -m plots $stage/repo/results/now"
}

a_pitfall_that_is_not_as_told_fails_it_and_loses_nothing() {
  stand_in pitfalls <<<'echo "pitfalls: blocked_loop: the symptom did not show" >&2; exit 1'
  mv "$stage/bin/pitfalls" "$stage/pitfalls"
  run_all
  exits_with 1
  has err 'the symptom did not show'
  has err 'a pitfall was not as told'
  has_line log "python3 -m plots $stage/repo/results/now"
  has out "The results lie in $stage/repo/results/now"
}

a_pitfall_does_not_hide_the_status_of_the_harness() {
  echo 3 >"$stage/harness-status"
  stand_in pitfalls <<<'exit 1'
  mv "$stage/bin/pitfalls" "$stage/pitfalls"
  run_all
  exits_with 3
}

without_results_no_pitfall_is_run() {
  touch "$stage/harness-leaves-nothing"
  run_all -- --list
  exits_with 0
  has_no log 'pitfalls --json'
}

only_what_runs_pitfalls_can_leave_them_out() {
  for mode in --ci --scale --test; do
    run_all "$mode" --no-pitfalls
    exits_with 2
    has_lines err 1
    has err '--no-pitfalls'
  done
  has_lines log 0
}

what_follows_the_dashes_reaches_the_harness_verbatim() {
  run_all --quick -- --models 'a b' '' '*' --help --quick
  exits_with 0
  for word in --time-scale 0.1 --models 'a b' '' '*' --help --quick; do
    has_line log "argument <$word>"
  done
}

results_asked_for_elsewhere_are_drawn_there() {
  run_all -- --results mine
  exits_with 0
  [[ -e $stage/elsewhere/mine/results.json ]] || complain 'no results where they were asked for'
  has_line log "python3 -m plots $stage/elsewhere/mine"
}

a_second_run_neither_configures_nor_calls_apt() {
  run_all
  : >"$stage/log"
  run_all
  exits_with 0
  has_no log 'cmake --fresh'
  has_no log 'apt-get'
  has log 'cmake --build --preset release'
}

changed_presets_configure_again() {
  run_all
  : >"$stage/log"
  touch -d '1 hour' "$stage/repo/CMakePresets.json"
  run_all
  has_line log 'cmake --fresh --preset release'
}

only_what_is_missing_is_installed() {
  touch "$stage/lacks-libasio-dev" "$stage/lacks-ninja-build"
  run_all
  exits_with 0
  has log 'apt-get -o DPkg::Lock::Timeout=120 update'
  has log 'install --yes --no-install-recommends libasio-dev ninja-build'
}

every_mode_builds_what_it_uses() {
  set_up_gate
  run_all --scale
  has_line log 'cmake --build --preset release --target waitbench'
  run_all --ci
  has_line log 'cmake --build --preset release --target waitbench primitives'
  has_no log 'cmake --build --preset release --target judge'
}

liburing_is_installed_where_there_is_one() {
  touch "$stage/lacks-liburing-dev"
  run_all
  exits_with 0
  has log 'install --yes --no-install-recommends liburing-dev'
}

it_goes_on_without_liburing() {
  touch "$stage/lacks-liburing-dev" "$stage/unknown-liburing-dev"
  run_all
  exits_with 0
  has err 'going on without liburing-dev'
  has_no log 'apt-get'
}

no_install_goes_on_without_liburing() {
  touch "$stage/lacks-liburing-dev"
  run_all --no-install
  exits_with 0
  has err 'going on without liburing-dev'
  has_no log 'apt-get'
}

no_install_names_what_is_missing_and_never_installs() {
  touch "$stage/lacks-libasio-dev" "$stage/lacks-ninja-build"
  run_all --no-install
  exits_with 1
  has err 'libasio-dev ninja-build'
  has_no log 'apt-get'
  has_no log 'cmake --'
}

a_failing_installation_stops_it() {
  touch "$stage/lacks-libasio-dev"
  stand_in apt-get <<<'exit 100'
  run_all
  exits_with 1
  has err 'could not install libasio-dev'
  has_no log 'cmake --'
}

what_cmake_lacks_is_the_last_line() {
  printf '%s\n' '-- Checking' 'CMake Error at cmake/libraries.cmake:20 (message):' \
    '  fmt 8.1 is too old: install 9 or' '  later' '' '-- Configuring incomplete' \
    >"$stage/cmake-says"
  run_all
  exits_with 1
  has_line err 'run_all.sh: CMake could not configure the build: fmt 8.1 is too old: install 9 or later'
  has_no log 'cmake --build'
}

without_apt_it_lists_what_to_install_and_stops() {
  rm "$stage/bin/apt-get"
  run_all
  exits_with 1
  has err 'missing, and no package manager that is known here: ninja'
  has err 'Google Benchmark'
  has_no log 'cmake --'
}

without_apt_it_goes_on_where_the_tools_are() {
  rm "$stage/bin/apt-get"
  stand_in ninja </dev/null
  stand_in c++ </dev/null
  run_all
  exits_with 0
  has_line log 'waitbench'
}

a_failing_build_stops_before_measuring() {
  touch "$stage/build-fails"
  run_all
  exits_with 1
  has err 'the build failed'
  has_no_line log 'waitbench'
  has_no log 'plots'
}

a_failed_run_is_drawn_all_the_same() {
  echo 1 >"$stage/harness-status"
  run_all
  exits_with 1
  has_line log "python3 -m plots $stage/repo/results/now"
}

statuses_of_the_harness_pass_through() {
  for code in 2 3 4; do
    echo "$code" >"$stage/harness-status"
    run_all
    exits_with "$code"
  done
}

a_crash_of_the_harness_is_a_failure_with_its_reason() {
  echo 139 >"$stage/harness-status"
  run_all
  exits_with 1
  has err 'status 139'
}

results_of_an_earlier_run_are_not_drawn_again() {
  run_all
  : >"$stage/log"
  touch -d '1 hour ago' "$stage/repo/results/latest/results.json"
  touch "$stage/harness-leaves-nothing"
  run_all -- --predict
  exits_with 0
  has_line log 'argument <--predict>'
  has_no log 'plots'
}

charts_that_cannot_be_drawn_are_a_failure() {
  stand_in python3 <<<'[[ $* != *plots* ]]'
  run_all
  exits_with 1
  has err 'could not be drawn'
}

an_interpreter_without_matplotlib_is_passed_over() {
  stand_in lame_python <<<'[[ $* != *import* ]]'
  python=lame_python run_all
  has log 'lame_python -c import matplotlib'
  has_line log "python3 -m plots $stage/repo/results/now"
  has_no log 'lame_python -m plots'
}

test_runs_every_kind_of_test() {
  run_all --test
  exits_with 0
  has log 'ctest --preset release'
  has log 'python3 -m pytest'
  has_line log 'this script tested'
  has_no log 'waitbench'
}

without_a_browser_its_tests_are_left_out_with_how_to_get_them() {
  run_all --test
  exits_with 0
  has err 'left out: report.html in a browser, for lack of chromium nodejs npm node_modules'
  has err '--test --browser'
}

# Puts on the stage what --browser installs, as apt-get and npm would.
let_browser_be_installed() {
  mkdir -p "$stage/repo/tests/browser"
  touch "$stage/repo/tests/browser/package-lock.json" "$stage"/lacks-{chromium,nodejs,npm}
  stand_in npm <<<'mkdir -p tests/browser/node_modules'
  stand_in node </dev/null
  mkdir "$stage/packages"
  mv "$stage/bin/npm" "$stage/bin/node" "$stage/packages"
  touch "$stage/packages/chromium"
  chmod +x "$stage/packages/chromium"
  stand_in apt-get <<'EOF'
if [[ $* == *install* ]]; then cp "$S"/packages/* "$S/bin"; fi
EOF
}

browser_installs_what_is_missing_and_tests_in_it() {
  let_browser_be_installed
  run_all --test --browser
  exits_with 0
  has log 'install --yes --no-install-recommends chromium nodejs npm'
  has log 'npm ci --prefix tests/browser'
  has log 'node --test'
}

browser_installs_nothing_twice() {
  let_browser_be_installed
  run_all --test --browser
  : >"$stage/log"
  run_all --test --browser
  exits_with 0
  has_no log 'apt-get'
  has_no log 'npm ci'
  has log 'node --test'
}

browser_installs_nothing_where_it_must_not() {
  let_browser_be_installed
  run_all --test --browser --no-install
  exits_with 1
  has err 'missing: chromium nodejs npm'
  has_no log 'npm ci'
}

a_failing_test_in_the_browser_is_a_failure_with_its_reason() {
  let_browser_be_installed
  mv "$stage/packages/"* "$stage/bin"
  stand_in node <<<'exit 1'
  run_all --test --browser
  exits_with 1
  has_line err 'run_all.sh: failed: a test in the browser'
}

browser_goes_with_test_only() {
  run_all --quick --browser
  exits_with 2
  has_lines err 1
  has err '--browser goes with --test'
  has_lines log 0
}

failing_tests_are_told_together_at_the_end() {
  stand_in ctest <<<'exit 8'
  printf '#!%s\nexit 1\n' "$(command -v bash)" >"$stage/repo/tests/run_all_test.sh"
  run_all --test
  exits_with 1
  has log 'pytest --quiet'
  has_line err 'run_all.sh: failed: a C++ test, a test of run_all.sh'
  has_no err 'every test passed'
}

scale_measures_and_draws_four_sweeps() {
  run_all --scale -- --seed 7
  exits_with 0
  for word in 1,10,100,1000,10000,30000 --split 1,2,4,8 burn 7; do has_line log "argument <$word>"; done
  has_line log "python3 -m plots $stage/repo/results/now"
  has_line log "python3 -m plots $stage/repo/results/now/cores"
  has_line log "python3 -m plots $stage/repo/results/now/load"
  has_line log "python3 -m plots $stage/repo/results/now/trickle"
  has out 'cores'
  has out 'load '
  has out 'trickle '
  has out "The results lie in $stage/repo/results/now"
}

a_failed_run_fails_scale_and_the_rest_is_measured_and_drawn() {
  echo 1 >"$stage/harness-status"
  run_all --scale
  exits_with 1
  has_line log "python3 -m plots $stage/repo/results/now/cores"
}

scale_stops_where_the_harness_takes_no_option() {
  echo 2 >"$stage/harness-status"
  touch "$stage/harness-leaves-nothing"
  run_all --scale -- --frobnicate
  exits_with 2
  has_no log '1,2,4,8'
}

ci_measures_exports_and_says_what_to_compare_with_next_time() {
  set_up_gate
  run_all --ci
  exits_with 0
  has log 'waitbench --time-scale 0.025 --repetitions 13'
  has log "--benchmark_out=$stage/repo/results/now/primitives.json"
  has_line log "python3 -m plots $stage/repo/results/now"
  has_line log "python3 -m plots.exports $stage/repo/results/now"
  has_no log 'plots.compare'
  has_no log 'pitfalls --json'
  has err "--baseline $stage/repo/results/now"
}

ci_compares_with_the_baseline_and_reports_it() {
  set_up_gate 0
  run_all --ci --baseline ../repo/results/earlier
  exits_with 0
  has log "-m plots.compare $stage/repo/results/earlier $stage/repo/results/now"
  has_line out 'the gate says 0'
  has_line repo/results/now/summary.md 'the gate says 0'
  has_line repo/results/now/summary.md 'the findings'
  has_no log 'another'
}

the_latest_results_can_be_the_baseline() {
  set_up_gate 0
  run_all --ci --baseline=../repo/results/latest
  has log "-m plots.compare $stage/repo/results/earlier $stage/repo/results/now"
}

what_looks_worse_is_measured_again_and_fails_if_it_does_so_again() {
  set_up_gate 3 3 3
  run_all --ci --baseline ../repo/results/earlier -- --bin-dir mine
  exits_with 3
  has log "--bin-dir mine --models one_model,another --results $stage/repo/results/now/again"
  has log '--benchmark_filter=^a_row$'
  has log "$stage/repo/results/now/again --again $stage/repo/results/now/gate.json"
  has log "--confirmed-by $stage/repo/results/now/again/gate.json"
  has_line repo/results/now/summary.md 'the gate says 3'
  has_lines verdicts 0
}

what_does_not_look_worse_again_is_no_regression() {
  set_up_gate 3 0 0
  run_all --ci --baseline ../repo/results/earlier
  exits_with 0
  has_line out 'the gate says 0'
  has_no out 'the gate says 3'
}

a_second_run_that_cannot_be_compared_is_the_last_word() {
  set_up_gate 3 4
  run_all --ci --baseline ../repo/results/earlier
  exits_with 4
  has_no log '--confirmed-by'
}

nothing_comparable_is_not_measured_again() {
  set_up_gate 4
  run_all --ci --baseline ../repo/results/earlier
  exits_with 4
  has_no log 'another'
}

a_failed_run_fails_ci_whatever_the_gate_says() {
  set_up_gate 0
  echo 1 >"$stage/harness-status"
  run_all --ci --baseline ../repo/results/earlier
  exits_with 1
  has_line out 'the gate says 0'
}

failed_primitives_fail_ci() {
  set_up_gate
  stand_in primitives <<<'exit 1'
  mv "$stage/bin/primitives" "$stage/primitives"
  run_all --ci
  exits_with 1
  has log 'plots.exports'
}

ci_appends_the_summary_for_github() {
  set_up_gate
  echo 'said before' >"$stage/step-summary"
  GITHUB_STEP_SUMMARY=$stage/step-summary run_all --ci
  has_line step-summary 'said before'
  has_line step-summary 'the findings'
}

a_baseline_that_is_not_there_is_told_before_anything_is_done() {
  for arguments in '--baseline nowhere' '--baseline=' '--baseline'; do
    # shellcheck disable=SC2086  # words
    run_all --ci $arguments
    exits_with 2
    has_lines err 1
    has err 'results.json'
  done
  has_lines log 0
}

a_baseline_goes_with_ci_only() {
  run_all --baseline .
  exits_with 2
  has_lines err 1
  has_lines log 0
}

an_exercise_is_built_alone_and_judged() {
  run_all --exercise second
  exits_with 0
  has_line log 'cmake --fresh --preset release'
  has_line log 'cmake --build --preset release --target judge'
  has_line log 'cmake --build --preset release --target exercise_second'
  has_line log 'judge second'
  has_line out 'the verdict'
  has_no log 'waitbench'
  has_no log 'python'
}

a_solution_is_built_and_judged_in_its_place() {
  run_all --exercise second --solution
  exits_with 0
  has_line log 'cmake --build --preset release --target solution_second'
  has_line log 'judge second --solution'
  has_no log 'exercise_second'
}

a_hint_needs_no_exercise_that_compiles() {
  echo exercise_ >"$stage/broken-target"
  run_all --exercise second --hint
  exits_with 0
  has_line log 'judge second --hint 1'
  run_all --exercise second --hint 3
  has_line log 'judge second --hint 3'
}

statuses_of_the_judge_pass_through() {
  for code in 1 2; do
    echo "$code" >"$stage/judge-status"
    run_all --exercise first
    exits_with "$code"
  done
}

an_exercise_that_does_not_compile_is_named_in_the_last_line() {
  echo exercise_first >"$stage/broken-target"
  run_all --exercise first
  exits_with 1
  has_line err 'run_all.sh: exercises/first.cpp does not compile; the compiler says why above'
  has_no log 'judge first'
}

without_a_name_the_exercises_are_listed() {
  for arguments in '--exercise' '--exercise list'; do
    # shellcheck disable=SC2086  # words
    run_all $arguments
    exits_with 0
    has_line log 'judge --list'
    has_no log 'exercise_'
  done
}

an_unknown_exercise_is_told_before_anything_is_done() {
  run_all --exercise third
  exits_with 2
  has_lines err 1
  has err "'third' is none of first second"
  run_all --exercise ../exercises/first
  exits_with 2
  has_lines log 0
}

hint_and_solution_go_with_an_exercise_and_not_together() {
  for arguments in '--hint' '--solution' '--exercise --hint' '--quick --hint 2' \
    '--exercise first --hint --solution' '--exercise first --hint two' '--exercise first -- --list'; do
    # shellcheck disable=SC2086  # words
    run_all $arguments
    exits_with 2
    has_lines err 1
  done
  has_lines log 0
}

ctrl_c_reaches_the_harness_and_leaves_nothing_behind() {
  stop_while_measuring INT
  exits_with 130
}

sigterm_to_the_script_alone_reaches_the_harness_too() {
  stop_while_measuring TERM
  exits_with 143
}

# --- Running them ---------------------------------------------------------------------------------

passed=0
failed=0
mapfile -t tests < <(sed -n '/^# --- The tests/,/^# --- Running/s/^\([a-z_]*\)() {$/\1/p' "$0")
(($# == 0)) || tests=("$@")
for test in "${tests[@]}"; do
  set_stage "$test"
  complaints=''
  "$test"
  if [[ -z $complaints ]]; then
    passed=$((passed + 1))
    echo "PASS  $test"
  else
    failed=$((failed + 1))
    printf 'FAIL  %s\n%s' "$test" "$complaints"
  fi
done
echo "$passed passed, $failed failed"
((failed == 0))

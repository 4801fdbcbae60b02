#!/usr/bin/env bash
# How run_all.sh behaves: a copy of it among stand-ins for apt, CMake, Python and the programs.
# Each test is a function named by a sentence; names as arguments choose tests. At the end stands how
# many passed.
set -uo pipefail

source_of_all=$(dirname "$(readlink -f "$0")")/..
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
  mkdir -p "$stage/bin" "$stage/elsewhere" "$stage/repo/tests/browser" "$stage/repo/support"
  cp "$source_of_all/run_all.sh" "$stage/repo"
  cp -r "$source_of_all/support/shell" "$stage/repo/support"
  cp "$source_of_all/tests/browser/run.sh" "$stage/repo/tests/browser"
  touch "$stage/repo/tests/browser/package-lock.json"
  touch "$stage/log" "$stage/repo/CMakePresets.json"
  for tool in bash cat cp dirname env grep ln ls mkdir mv readlink sed sleep stty tail touch tr; do
    ln -s "$(command -v "$tool")" "$stage/bin/$tool"
  done
  stand_in dpkg-query <<'EOF'
[[ ! -e $S/lacks-${@: -1} ]] && echo installed
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
if [[ $1 == --next && $2 == --progress ]]; then echo first; fi
if [[ $1 == --next && $2 == first ]]; then echo second; fi
[[ $1 != --next ]] || exit 0
echo "the verdict"
status=$(cat "$S/judge-status" 2>/dev/null || echo 0)
if [[ -e $S/status-once-saved ]]; then
  mv "$S/status-once-saved" "$S/judge-status"
  touch "exercises/$1.cpp"
fi
exit "$status"
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
    for i in {1..40}; do echo "[$i/40] Building object $i"; done
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
  (cd "$stage/elsewhere" && "${as[@]}" env "PATH=$stage/bin" "PYTHON=${python:-}" ../repo/run_all.sh "$@") \
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

# Python as --ci calls it, which decides as the argument says.
set_up_gate() {
  mkdir -p "$stage/repo/results/earlier"
  ln -sfn earlier "$stage/repo/results/latest"
  echo "${1:-0}" >"$stage/verdict"
  stand_in python3 <<'EOF'
case $* in
  *measure_again*) exit "$(cat "$S/verdict")" ;;
  '-m plots '*) echo "the findings" >"$3/summary.md" ;;
esac
EOF
}

# Starts the copy with a program (cmake, waitbench) that goes on and on, and sends it a signal once that
# program runs. The program notes the signal that it got: the third argument, if that is another one.
stop_while_running() {
  local i script_pid program_pid
  mkfifo "$stage/running"
  stand_in "$1" <<'EOF'
clean_up() { kill -KILL "$!"; wait; note "cleaned up after $1"; exit 1; }
trap 'clean_up INT' INT
trap 'clean_up TERM' TERM
sleep 60 &  # waits for the signal
echo "$$" >"$S/running"
wait
EOF
  if [[ $1 == waitbench ]]; then mv "$stage/bin/waitbench" "$stage/harness"; fi
  # What runs in the background ignores SIGINT, and so does all that is started by what does.
  (cd "$stage/elsewhere" && PATH=$stage/bin exec env --default-signal ../repo/run_all.sh) \
    >"$stage/out" 2>"$stage/err" </dev/null &
  script_pid=$!
  read -r program_pid <"$stage/running"
  kill -s "$2" "$script_pid"
  status=0
  wait "$script_pid" 2>/dev/null || status=$?
  for ((i = 0; i < 600; ++i)); do  # a script that was killed waits for nobody
    kill -0 "$program_pid" 2>/dev/null || break
    sleep 0.05
  done
  has_line log "cleaned up after ${3:-$2}"
  ! kill -0 "$program_pid" 2>/dev/null || complain "$1 was left behind"
  has_no log 'plots'
}

# --- The tests ------------------------------------------------------------------------------------

help_tells_every_mode_and_does_nothing() {
  run_all --help
  exits_with 0
  for word in --quick --no-pitfalls --servers --scale --ci --baseline --test --browser --exercise --hint --solution --watch \
    --no-install -- 'Exit status'; do
    has out "$word"
  done
  has_lines log 0
}

wrong_usage_is_told_in_one_line_before_anything_is_done() {
  while IFS='|' read -r arguments words; do
    # shellcheck disable=SC2086  # words
    run_all $arguments
    exits_with 2
    has_lines err 1
    has err "$words"
  done <<'TABLE'
--quik|unknown option '--quik': expected --quick
--quick --test|--test and --quick exclude each other
--test -- --models all|--test takes no options after --
--exercise first -- --list|--exercise takes no options after --
--ci --no-pitfalls|--no-pitfalls
--scale --no-pitfalls|--no-pitfalls
--test --no-pitfalls|--no-pitfalls
--quick --browser|--browser goes with --test
--baseline .|--baseline goes with --ci
--ci --baseline|expected a results.json
--ci --baseline=|expected a results.json
--ci --baseline nowhere|'nowhere': expected a results.json
--exercise third|'third' is none of first second
--exercise ../exercises/first|is none of first second
--hint|--exercise NAME
--solution|--exercise NAME
--exercise --hint|--exercise NAME
--quick --hint 2|--exercise NAME
--exercise first --hint --solution|exclude each other
--watch|--watch goes with --exercise
--exercise first --watch --hint|without --hint and --solution
--exercise first --hint two|unknown option 'two'
TABLE
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

quick_follows_its_recipe() {
  run_all --quick
  exits_with 0
  has_line log 'waitbench --recipe quick'
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
  has out "The page: $stage/repo/results/now/report.html"
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

what_follows_the_dashes_reaches_the_harness_verbatim() {
  run_all --quick -- --models 'a b' '' '*' --help --quick
  exits_with 0
  for word in --recipe quick --models 'a b' '' '*' --help --quick; do
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
  has log 'install --yes --no-install-recommends ninja-build libasio-dev'
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
  touch "$stage/lacks-liburing-dev"
  run_all --no-install
  exits_with 0
  has err 'going on without liburing-dev'
  touch "$stage/unknown-liburing-dev"
  run_all
  exits_with 0
  has err 'going on without liburing-dev'
  has_no log 'apt-get'
}

no_install_names_what_is_missing_and_never_installs() {
  touch "$stage/lacks-libasio-dev" "$stage/lacks-ninja-build"
  run_all --no-install
  exits_with 1
  has err 'ninja-build libasio-dev'
  has_no log 'apt-get'
  has_no log 'cmake --'
}

a_failing_installation_stops_it() {
  touch "$stage/lacks-libasio-dev"
  stand_in apt-get <<<'echo "E: the mirror is down"; exit 100'
  run_all
  exits_with 1
  has_line err 'E: the mirror is down'
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

without_apt_and_cmake_it_tells_what_to_install_in_one_line() {
  rm "$stage/bin/apt-get" "$stage/bin/cmake"
  run_all
  exits_with 1
  has_lines err 2
  has err 'run_all.sh: cmake is missing, and no package manager that is known here'
  has err 'Google Benchmark'
}

without_sudo_it_tells_what_root_has_to_install() {
  touch "$stage/lacks-libasio-dev"
  rm "$stage/bin/sudo"
  as=(setpriv --reuid=65534 --clear-groups)
  if ((EUID)); then as=(); fi
  chmod -R a+rwX "$scratch"
  run_all
  exits_with 1
  has err 'missing: libasio-dev (no sudo here; as root: apt-get install libasio-dev, then run again)'
}

without_apt_it_goes_on_and_leaves_it_to_cmake() {
  rm "$stage/bin/apt-get"
  run_all
  exits_with 0
  has_line log 'waitbench'
}

a_failing_build_shows_its_end_and_stops_before_measuring() {
  touch "$stage/build-fails"
  run_all
  exits_with 1
  has_no_line err '[10/40] Building object 10'
  has_line err '[11/40] Building object 11'
  has_line err '[40/40] Building object 40'
  has_line err '==> the end of build/run_all.log:'
  has_line err 'run_all.sh: the build failed; its errors are above'
  has_line repo/build/run_all.log '[1/40] Building object 1'
  has_no_line log 'waitbench'
  has_no log 'plots'
}

without_a_terminal_there_is_a_line_for_each_phase() {
  run_all
  has err 'steps: install what is missing, build, measure, run the pitfalls, draw'
  has err 'build/run_all.log'
  has_no err $'\r'
  has_no err '/40]'
  has_lines err 5
}

a_terminal_shows_how_far_the_build_is() {
  (cd "$stage/elsewhere" && python3 -c 'import pty, sys; pty.spawn(sys.argv[1:])' \
    env "PATH=$stage/bin" ../repo/run_all.sh) >"$stage/out" </dev/null
  has out $'\r\e[K    [39/40] Building object 39\r\e[K    [40/40] Building object 40\r\e[K==> measuring'
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
  touch "$stage"/lacks-{chromium,nodejs,npm}
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
  rm "$stage/bin/chromium"
  run_all --test --browser
  has log 'install --yes --no-install-recommends chromium'
  has_no log 'npm ci'
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

failing_tests_are_told_together_at_the_end() {
  stand_in ctest <<<'exit 8'
  printf '#!%s\nexit 1\n' "$(command -v bash)" >"$stage/repo/tests/run_all_test.sh"
  run_all --test
  exits_with 1
  has log 'pytest --quiet'
  has_line err 'run_all.sh: failed: a C++ test, a test of run_all.sh'
  has_no err 'every test passed'
}

servers_measures_every_pair_and_draws_it() {
  run_all --servers -- --seed 7
  exits_with 0
  has_line log 'waitbench --recipe servers --seed 7'
  has_line log "python3 -m plots $stage/repo/results/now"
  has_no log 'pitfalls'
}

scale_measures_and_draws_five_sweeps() {
  run_all --scale -- --seed 7
  exits_with 0
  has_line log 'waitbench --recipe scale --seed 7'
  has_line log "python3 -m plots $stage/repo/results/now"
  for sweep in cores load trickle connections; do
    has log "waitbench --recipe $sweep --seed 7 --results $stage/repo/results/now/$sweep"
    has_line log "python3 -m plots $stage/repo/results/now/$sweep"
    has out "$sweep"
  done
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
  has_no log 'recipe cores'
}

ci_measures_exports_and_says_what_to_compare_with_next_time() {
  set_up_gate
  run_all --ci
  exits_with 0
  has_line log 'waitbench --recipe ci'
  has log "--benchmark_out=$stage/repo/results/now/primitives.json"
  has_line log "python3 -m plots $stage/repo/results/now"
  has_line log "python3 -m plots.gate.exports $stage/repo/results/now"
  has_no log 'measure_again'
  has_no log 'pitfalls --json'
  has err "--baseline $stage/repo/results/now"
}

ci_hands_the_gate_both_results_and_how_to_measure_again() {
  set_up_gate 0
  run_all --ci --baseline ../repo/results/earlier -- --bin-dir 'my dir'
  exits_with 0
  has log "-m plots.gate.measure_again $stage/repo/results/earlier $stage/repo/results/now -- "
  has log "-- $stage/repo/build/release/bin/waitbench --recipe ci --bin-dir my dir"
  has log " -- $stage/repo/build/release/bin/primitives --benchmark_repetitions=11 "
}

verdicts_of_the_gate_pass_through() {
  for code in 1 2 3 4; do
    set_up_gate "$code"
    run_all --ci --baseline ../repo/results/earlier
    exits_with "$code"
    has out "The results lie in $stage/repo/results/now"
  done
}

the_latest_results_can_be_the_baseline() {
  set_up_gate 0
  run_all --ci --baseline=../repo/results/latest
  has log "-m plots.gate.measure_again $stage/repo/results/earlier $stage/repo/results/now"
}

a_failed_run_fails_ci_whatever_the_gate_says() {
  set_up_gate 3
  echo 1 >"$stage/harness-status"
  run_all --ci --baseline ../repo/results/earlier
  exits_with 1
}

failed_primitives_fail_ci() {
  set_up_gate
  stand_in primitives <<<'exit 1'
  mv "$stage/bin/primitives" "$stage/primitives"
  run_all --ci
  exits_with 1
  has log 'plots.gate.exports'
}

ci_appends_the_summary_for_github() {
  set_up_gate
  echo 'said before' >"$stage/step-summary"
  GITHUB_STEP_SUMMARY=$stage/step-summary run_all --ci
  has_line step-summary 'said before'
  has_line step-summary 'the findings'
}

an_exercise_is_built_alone_and_judged() {
  run_all --exercise second
  exits_with 0
  has_line log 'cmake --fresh --preset release'
  has_line log 'cmake --build --preset release --target judge'
  has_line log 'cmake --build --preset release --target exercise_second'
  has_line log 'judge second --progress exercises/progress.json'
  has_line out 'the verdict'
  has_no log 'waitbench'
  has_no log 'python'
}

a_solution_is_built_and_judged_in_its_place() {
  run_all --exercise second --solution
  exits_with 0
  has_line log 'cmake --build --preset release --target solution_second'
  has_line log 'judge second --solution --progress exercises/progress.json'
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

watched_each_exercise_is_judged_until_it_has_passed_and_then_the_next() {
  echo 1 >"$stage/judge-status"
  echo 0 >"$stage/status-once-saved"
  run_all --exercise --watch
  exits_with 0
  has_order log 'judge first --progress exercises/progress.json' 'judge --next first --progress exercises/progress.json'
  has_order log 'judge --next first --progress exercises/progress.json' 'judge second --progress exercises/progress.json'
  has_order err '==> save exercises/first.cpp to have it judged again; Ctrl-C ends' '==> exercises/second.cpp'
  has_line err '==> every exercise has passed'
}

watched_an_exercise_that_does_not_compile_is_waited_for() {
  echo exercise_second >"$stage/broken-target"
  (
    for ((i = 0; i < 200; ++i)); do
      if grep -qs 'save exercises/second.cpp' "$stage/err"; then break; fi
      sleep 0.05
    done
    echo none >"$stage/broken-target"
    touch "$stage/repo/exercises/second.cpp"
  ) &
  run_all --exercise second --watch
  exits_with 0
  has_line err '==> exercises/second.cpp does not compile'
  has_line out 'the verdict'
}

without_a_name_the_exercises_are_listed() {
  for arguments in '--exercise' '--exercise list'; do
    # shellcheck disable=SC2086  # words
    run_all $arguments
    exits_with 0
    has_line log 'judge --list --progress exercises/progress.json'
    has_no log 'exercise_'
  done
}

ctrl_c_reaches_the_harness_and_leaves_nothing_behind() {
  stop_while_running waitbench INT
  exits_with 130
}

sigterm_to_the_script_alone_reaches_the_harness_too() {
  stop_while_running waitbench TERM
  exits_with 143
}

killing_the_script_ends_the_harness() {
  stop_while_running waitbench KILL TERM
  exits_with 137
}

sigterm_while_building_leaves_nothing_behind() {
  stop_while_running cmake TERM
  exits_with 143
}

# --- Running them ---------------------------------------------------------------------------------

passed=0
failed=0
mapfile -t tests < <(sed -n '/^# --- The tests/,/^# --- Running/s/^\([a-z_]*\)() {$/\1/p' "$0")
(($# == 0)) || tests=("$@")
for test in "${tests[@]}"; do
  set_stage "$test"
  as=()
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

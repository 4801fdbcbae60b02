#!/usr/bin/env bash
# One command from a fresh clone to measured and drawn results; with --test, to every test passed.
# ./run_all.sh --help tells it all.
set -euo pipefail

usage() {
  cat <<'HELP'
usage: ./run_all.sh [--quick] [--no-pitfalls] [--no-install] [-- HARNESS-OPTION...]
       ./run_all.sh --scale [--no-install] [-- HARNESS-OPTION...]
       ./run_all.sh --ci [--baseline PATH] [--no-install] [-- HARNESS-OPTION...]
       ./run_all.sh --test [--browser] [--no-install]
       ./run_all.sh --exercise [NAME [--hint [STEP] | --solution]] [--no-install]

Installs what is missing, builds, runs the five core models at the original durations (2 s, 8 s and
4 s: two and a half minutes in all) and the pitfalls, draws the charts and says where everything lies.

  --quick       the same with a tenth of the durations: a third of a minute
  --no-pitfalls leaves the pitfalls out: what goes wrong in practice, in about six seconds
  --scale       every model from one task to 30,000, computing on one thread to eight, tasks that arrive
                at growing rates, and more and more that wait while others come and go: in less than ten
                minutes; docs/scale.md and docs/load.md tell more
  --ci          for CI: fourteen short runs of each model and the cost of the primitives, in less than
                two minutes after the build, with the files that CI systems read; docs/ci.md tells more
  --baseline P  with --ci: compares with earlier results (a directory, or a results.json in one), and
                ends with 3 if something regressed and did so again in a second, fresh run
  --test        runs every test instead: C++, charts, this script, and report.html in a browser
                where Chromium, Node.js and the npm packages of tests/browser are there
  --browser     with --test: installs what the tests in a browser need first
  --exercise N  builds the exercise of that name, exercises/N.cpp, and judges it by what it is seen to
                do; without a name it lists them, in their order; exercises/README.md tells more
  --hint [STEP] with --exercise: shows a hint instead, the first or that one; each says a little more
  --solution    with --exercise: judges the reference solution instead
  --no-install  never installs; names what is missing and stops
  --help        this text
  -- OPTION...  goes to the harness as it is, for example: ./run_all.sh -- --tasks 10 --models all
                (build/release/bin/waitbench --help lists its options); paths in it are relative to
                where you are when --results is among them, else to the repository

On Debian and Ubuntu, packages are installed with apt-get, as root or through sudo. Elsewhere it
lists what to install and stops. Set PYTHON to name the interpreter that draws.

The table of results goes to standard output, progress to standard error. Results lie in
results/<UTC time>/, and results/latest points at the newest.

Exit status: 0 fine, 1 something failed or an exercise has not passed, 2 usage, 3 a regression,
4 nothing comparable.
HELP
}

build_packages=(g++ cmake ninja-build libasio-dev libbenchmark-dev libfmt-dev libgtest-dev
  libcli11-dev nlohmann-json3-dev)
optional_packages=(liburing-dev)  # one model has Asio wait with io_uring
draw_packages=(python3 python3-matplotlib)
ci_packages=(python3-scipy)
test_packages=(python3-pytest)
browsers=(chromium chromium-browser google-chrome)

called_from=$PWD
root=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
programs=$root/build/release/bin

# What --ci measures: enough samples for a verdict, and short enough that a second run of what
# looks worse ends within two minutes, too. What an idle thread holds takes too long to measure.
ci_runs=(--time-scale 0.025 --repetitions 13 --warmup 1)
ci_primitives_filter=-memory_of_an_idle
ci_primitives=(--benchmark_repetitions=11 --benchmark_min_time=0.02
  --benchmark_enable_random_interleaving=true --benchmark_display_aggregates_only=true)

# What --scale measures. Sequential models would take hours for the most tasks: they end where a run
# is predicted to take too long. The second sweep computes for real, with nothing to wait for; in the
# third, tasks arrive at growing rates; in the fourth, more and more wait while they come and go one
# by one.
scale_runs=(--models all --tasks '1,10,100,1000,10000,30000' --split --connect 100ms --response 500ms
  --compute 0s --longest-run 8s --repetitions 3 --events-up-to 10)
core_runs=(--models 'async_multi_thread,async_offload,thread_pool,thread_per_task' --tasks 16
  --threads '1,2,4,8' --connect 0s --response 0s --compute-kind burn --compute 50ms --repetitions 3)

load_runs=(--tasks 1000 --arrival-rate '100,200,400,800,1600' --threads 4
  --connect 5ms --response 20ms --compute 2ms --models
  'thread_pool,async_single_thread,epoll_loop,async_multi_thread,async_offload,thread_per_task')
trickle_runs=(--tasks '10,100,1000' --arrival-rate 1000 --arrivals even --connect 0s --response 1s
  --compute 0s --repetitions 3 --models
  'busy_poll,select_loop,poll_loop,epoll_loop,async_single_thread')

say() { printf '==> %s\n' "$*" >&2; }

fail() {
  printf 'run_all.sh: %s\n' "$*" >&2
  exit 1
}

usage_error() {
  printf 'run_all.sh: %s\n' "$*" >&2
  exit 2
}

# --- Processes ------------------------------------------------------------------------------------

# Runs a command in a process group of its own, so that stop() reaches it and all it has started,
# whoever the signal was sent to.
run() {
  local status=0
  set -m
  "$@" </dev/null &
  set +m
  wait "$!" || status=$?
  return "$status"
}

# Hands a signal on to what is running, waits for it to clean up, then ends by the same signal.
# shellcheck disable=SC2317  # the traps call it
stop() {
  local signal=$1 group
  group=$(jobs -p)
  if [[ -n $group ]]; then
    trap 'kill -KILL -- "-$group" 2>/dev/null' INT TERM HUP  # asked twice: no more patience
    kill -s "$signal" -- "-$group" 2>/dev/null || true
    while kill -0 "$group" 2>/dev/null; do wait "$group" 2>/dev/null || true; done
  fi
  say "stopped by SIG$signal"
  trap - "$signal"
  kill -s "$signal" "$$"
}
trap 'stop INT' INT
trap 'stop TERM' TERM
trap 'stop HUP' HUP

# --- Installing -----------------------------------------------------------------------------------

# The first interpreter that has all the modules named: the first python3 on PATH may lack what the
# system's has.
python_with() {
  local candidate
  for candidate in "${PYTHON:-python3}" python3 /usr/bin/python3; do
    if "$candidate" -c "import $(IFS=,; echo "$*")" >/dev/null 2>&1; then
      echo "$candidate"
      return
    fi
  done
  return 1
}

packages_not_installed() {
  comm -23 <(printf '%s\n' "$@" | sort -u) \
    <(dpkg-query --show --showformat='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null |
      sed -n 's/^installed //p' | sort -u)
}

apt_get() {
  local -a as_root=()
  ((EUID == 0)) || as_root=(sudo)
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -o DPkg::Lock::Timeout=120 "$@" </dev/null >&2
}

install_with_apt() {
  local -a missing
  mapfile -t missing < <(packages_not_installed "$@")
  ((${#missing[@]})) || return 0
  if [[ $may_install == no ]]; then
    fail "missing: ${missing[*]} (run without --no-install, or: apt-get install ${missing[*]})"
  fi
  if ((EUID != 0)) && ! command -v sudo >/dev/null; then
    fail "missing: ${missing[*]} (no sudo here; as root: apt-get install ${missing[*]}, then run again)"
  fi
  say "installing ${missing[*]}"
  apt_get update || say "apt-get update failed; going on with the lists at hand"
  apt_get install --yes --no-install-recommends "${missing[@]}" ||
    fail "apt-get could not install ${missing[*]}, and says why above. When the network or the mirror is" \
      "back, run this again: what is installed already stays"
}

# What there is of them. Nothing is missing where there is none.
install_where_there_is() {
  local package
  for package in $(packages_not_installed "$@"); do
    if [[ $may_install == no ]] || ! apt-cache show "$package" >/dev/null 2>&1; then
      say "going on without $package"
    else
      install_with_apt "$package"
    fi
  done
}

# Without apt only the tools are looked for: what else is missing, CMake names.
check_tools() {
  local tool
  local -a missing=()
  for tool in cmake ninja "${CXX:-c++}"; do
    command -v "$tool" >/dev/null || missing+=("$tool")
  done
  (($# == 0)) || python_with "$@" >/dev/null || missing+=("python3 (with $*)")
  ((${#missing[@]})) || return 0
  {
    echo "Please install, with this system's own tools:"
    echo "  a C++20 compiler (g++ 12 or later), CMake 3.25 or later, Ninja"
    echo "  libraries: Asio 1.22 (standalone), Google Benchmark 1.7, fmt 9, GoogleTest, CLI11 2.1,"
    echo "    nlohmann_json 3.11, or later ones; liburing for the model io_uring"
    echo "  Python 3 with matplotlib (pytest for --test, SciPy for --test and --ci)"
  } >&2
  fail "missing, and no package manager that is known here: ${missing[*]} (install them, and run again)"
}

# Sees to it that all is there to build and to run the Python modules named; sets `python` where
# there are any.
provide() {
  local -a packages=("${build_packages[@]}")
  if command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; then
    if (($#)) && ! python_with "$@" >/dev/null; then
      packages+=("${draw_packages[@]}")
      if [[ " $* " == *" scipy "* ]]; then packages+=("${ci_packages[@]}"); fi
      if [[ " $* " == *" pytest "* ]]; then packages+=("${test_packages[@]}"); fi
    fi
    install_with_apt "${packages[@]}"
    install_where_there_is "${optional_packages[@]}"
  else
    check_tools "$@"
  fi
  (($# == 0)) || python=$(python_with "$@") || fail "no python3 has $* (set PYTHON to name one that does)"
}

# What the tests in a browser need and is not here, a line each.
missing_for_browser() {
  local browser found=no lock=tests/browser/package-lock.json
  for browser in "${browsers[@]}"; do
    if command -v "$browser" >/dev/null; then found=yes; fi
  done
  if [[ $found == no ]]; then echo chromium; fi
  command -v node >/dev/null || echo nodejs
  command -v npm >/dev/null || echo npm
  # npm notes there what it installed: older than the lock file is not what the tests were made for.
  if [[ ! tests/browser/node_modules/.package-lock.json -nt $lock ]]; then echo node_modules; fi
}

# Debian's packages are named as the lines of missing_for_browser, but for npm's own.
provide_browser() {
  local name
  local -a packages=()
  while read -r name; do
    if [[ $name != node_modules ]]; then packages+=("$name"); fi
  done < <(missing_for_browser)
  if ((${#packages[@]})); then
    command -v apt-get >/dev/null || fail "missing for --browser: ${packages[*]}"
    install_with_apt "${packages[@]}"
  fi
  if [[ -z $(missing_for_browser) ]]; then return; fi
  [[ $may_install == yes ]] ||
    fail "missing: the npm packages of tests/browser (run without --no-install)"
  say "installing the npm packages of tests/browser"
  run npm ci --prefix tests/browser --no-audit --no-fund >&2 ||
    fail "npm could not install the packages of tests/browser"
  touch tests/browser/node_modules/.package-lock.json
}

# --- Building, measuring, drawing -----------------------------------------------------------------

# Ends with CMake's own reason, which names what is missing, as the last line. Afresh: after a failure, what
# CMake has noted may be what was wrong, like a compiler that is too old.
configure() {
  local log=build/configure.log status=0
  mkdir -p build
  run cmake --fresh --preset release >"$log" 2>&1 || status=$?
  cat "$log" >&2
  ((status == 0)) || fail "CMake could not configure the build: $(reason_in "$log")"
}

# The message of the first error in CMake's output, as one line.
reason_in() {
  local line message=''
  while read -r line; do
    if [[ -n $message && ($line == '' || $line == 'Call Stack'*) ]]; then break; fi
    if [[ $line == 'CMake Error'* ]]; then message=' '; elif [[ -n $message ]]; then message+=" $line"; fi
  done <"$1"
  if [[ -n $message ]]; then echo "${message##  }"; else echo 'its output above says why'; fi
}

# build [TARGET...]: these and what they need, or all.
build() {
  local -a targets=()
  (($# == 0)) || targets=(--target "$@")
  say "building${*:+ $*} into build/release"
  # Ninja configures again by itself when a CMake file changes, but does not know the presets.
  if [[ ! -e build/release/build.ninja || CMakePresets.json -nt build/release/build.ninja ]]; then
    configure
  fi
  run cmake --build --preset release "${targets[@]}" >&2 ||
    fail "the build failed; its errors are above"
}

# The value of --results among the harness's options as an absolute path, or nothing.
results_asked_for() {
  local value=''
  while (($#)); do
    case $1 in
      --results) value=${2:-} ;;
      --results=*) value=${1#*=} ;;
    esac
    shift
  done
  if [[ -n $value && $value != /* ]]; then value=$called_from/$value; fi
  echo "$value"
}

# Runs the harness, and returns its status. `measured` is where the results lie then, or nothing:
# --list, --predict, and a failure before the first run leave none.
measure() {
  local status=0 results
  results=$(results_asked_for "$@")
  say "measuring: build/release/bin/waitbench${*:+ $*}"
  touch build/started
  if [[ -n $results ]]; then cd "$called_from"; fi
  run "$programs/waitbench" "$@" || status=$?
  cd "$root"
  results=${results:-results/latest}
  measured=''
  if [[ -e $results/results.json && ! build/started -nt $results/results.json ]]; then
    measured=$(readlink -f "$results")
  fi
  ((status <= 4)) || fail "the harness ended with status $status"
  return "$status"
}

# measure_pitfalls DIRECTORY. What they tell is in the report; what was not as told, here.
measure_pitfalls() {
  say "running the pitfalls"
  run "$programs/pitfalls" --json "$1/pitfalls.json" >/dev/null && return
  say "a pitfall was not as told; everything else goes on"
  return 1
}

draw() {
  say "drawing the charts"
  run "$python" -m plots "$measured" >&2 || fail "the charts could not be drawn from $measured"
}

tell_where_things_lie() {
  local name meaning
  printf '\nThe results lie in %s\n' "$1"
  while IFS='|' read -r name meaning; do
    if [[ -e $1/$name ]]; then printf '  %-27s %s\n' "$name" "$meaning"; fi
  done <<'TABLE'
report.html|all of it on one page, for a browser
charts|the charts, as SVG and PNG
summary.md|the findings and the tables, in Markdown
junit.xml|every check, for the test reports of CI systems
results.json|every run and every step of every task
trace.json|the time lines, for ui.perfetto.dev or chrome://tracing
benchmark.json|Google Benchmark's own record
primitives.json|the cost of the primitives, in the same form
pitfalls.json|what goes wrong in practice, measured, with its cure
customSmallerIsBetter.json|for github-action-benchmark
bmf.json|for Bencher
again|the second run of what looked worse
cores|the same for computing on more and more threads
load|the same for tasks that arrive at growing rates
trickle|the same for more and more tasks that come and go one by one
TABLE
}

# A run that failed leaves results too: they are drawn, and the status stays the harness's. A pitfall
# that failed is a failure of its own.
run_experiment() {
  local status=0
  provide matplotlib
  if [[ $with_pitfalls == yes ]]; then build waitbench pitfalls; else build waitbench; fi
  measure "$@" || status=$?
  if [[ -n $measured ]]; then
    if [[ $with_pitfalls == yes ]] && ! measure_pitfalls "$measured"; then
      status=$((status ? status : 1))
    fi
    draw
    tell_where_things_lie "$measured"
  fi
  return "$status"
}

# --- Measuring at scale ---------------------------------------------------------------------------

# The sweep over tasks, and within its results the three others.
run_scale() {
  local status=0 first
  provide matplotlib
  build waitbench
  measure "${scale_runs[@]}" "$@" || status=$?
  if [[ -z $measured ]]; then return "$status"; fi
  draw
  first=$measured
  if ((status <= 1)); then
    measure_into "$first/cores" "${core_runs[@]}" "$@" || status=$?
    measure_into "$first/load" "${load_runs[@]}" "$@" || status=$?
    measure_into "$first/trickle" "${trickle_runs[@]}" "$@" || status=$?
  fi
  tell_where_things_lie "$first"
  return "$status"
}

# measure_into DIRECTORY OPTION...: measures, and draws what there is to be drawn.
measure_into() {
  local status=0
  measure "${@:2}" --results "$1" || status=$?
  if [[ -n $measured ]]; then draw; fi
  return "$status"
}

# --- Measuring for CI -----------------------------------------------------------------------------

run_ci() {
  local status=0 verdict=0
  provide matplotlib scipy
  build waitbench primitives
  measure "${ci_runs[@]}" "$@" || status=$?
  if [[ -z $measured ]]; then return "$status"; fi
  measure_primitives "$measured" "$ci_primitives_filter" || status=1
  draw
  run "$python" -m plots.exports "$measured" >&2 || fail "no exports could be made from $measured"
  if [[ -n $baseline ]]; then
    gate "$@" || verdict=$?
    put_before_summary "$measured/gate.md"
  else
    say "nothing to compare with; for the next time: --baseline $measured"
  fi
  if [[ -n ${GITHUB_STEP_SUMMARY:-} ]]; then cat "$measured/summary.md" >>"$GITHUB_STEP_SUMMARY"; fi
  tell_where_things_lie "$measured"
  return "$((status ? status : verdict))"
}

# measure_primitives DIRECTORY FILTER
measure_primitives() {
  say "measuring the primitives"
  run "$programs/primitives" "${ci_primitives[@]}" "--benchmark_filter=$2" \
    "--benchmark_out=$1/primitives.json" >&2
}

# Compares with the baseline. What looks worse is run once more, on its own, and counts only if it
# looks worse again. The report of the last comparison goes to standard output and into gate.md.
gate() {
  local status=0
  say "comparing with $baseline"
  compare "$measured" --json "$measured/gate.json" || status=$?
  if ((status == 3)); then
    say "something looks worse: measuring it once more"
    measure_again "$@"
    status=0
    compare "$measured/again" --again "$measured/gate.json" --json "$measured/again/gate.json" ||
      status=$?
    if ((status == 0 || status == 3)); then
      status=0
      compare "$measured" --confirmed-by "$measured/again/gate.json" \
        --json "$measured/gate.json" || status=$?
    fi
  fi
  cat "$measured/gate.md"
  return "$status"
}

compare() {
  run "$python" -m plots.compare "$baseline" "$@" --junit "$measured/junit.xml" \
    >"$measured/gate.md"
}

# A run that fails here as well is the comparison's to judge.
measure_again() {
  local first=$measured again=$measured/again models filter
  { read -r models; read -r filter; } < <("$python" -c 'import json, sys
rerun = json.load(open(sys.argv[1]))["rerun"]
print(",".join(rerun["run"]), rerun["primitives_filter"], sep="\n")' "$first/gate.json")
  mkdir -p "$again"
  if [[ -n $models ]]; then
    measure "${ci_runs[@]}" "$@" --models "$models" --results "$again" || true
    [[ -n $measured ]] || fail "the second run left no results in $again"
  fi
  if [[ -n $filter ]]; then measure_primitives "$again" "$filter" || true; fi
  measured=$first
}

put_before_summary() {
  { cat "$1" && echo && cat "$measured/summary.md"; } >"$measured/summary.md.part"
  mv "$measured/summary.md.part" "$measured/summary.md"
}

# --- Exercises ------------------------------------------------------------------------------------

# Builds no more than the judge and what it is to judge, and returns the judge's status.
run_exercise() {
  local source=exercises/$exercise.cpp kind=exercise
  local -a judge_options=("$exercise")
  provide
  build judge
  if [[ -z $exercise ]]; then
    run "$programs/judge" --list
    return
  fi
  if [[ -n $hint ]]; then
    run "$programs/judge" "$exercise" --hint "$hint"
    return
  fi
  if [[ $with_solution == yes ]]; then
    source=exercises/solutions/$exercise.cpp
    kind=solution
    judge_options+=(--solution)
  fi
  say "compiling $source"
  run cmake --build --preset release --target "${kind}_$exercise" >&2 ||
    fail "$source does not compile; the compiler says why above"
  run "$programs/judge" "${judge_options[@]}"
}

# --- Testing --------------------------------------------------------------------------------------

# Every suite is run, whatever failed before it: one call tells all that is wrong.
run_tests() {
  local failed=''
  provide matplotlib pytest scipy
  if [[ $with_browser == yes ]]; then provide_browser; fi
  build
  say "testing server, clients and harness"
  run ctest --preset release --parallel 4 || failed+=", a C++ test"
  say "testing the charts"
  run "$python" -m pytest --quiet tests || failed+=", a test of the charts"
  say "testing this script"
  run tests/run_all_test.sh || failed+=", a test of run_all.sh"
  test_in_browser || failed+=", a test in the browser"
  [[ -z $failed ]] || fail "failed: ${failed#, }"
  say "every test passed"
}

test_in_browser() {
  local -a missing
  mapfile -t missing < <(missing_for_browser)
  if ((${#missing[@]})); then
    say "left out: report.html in a browser, for lack of ${missing[*]};" \
      "--test --browser installs that"
    return
  fi
  say "testing report.html in a browser"
  PYTHON=$python run node --test --test-reporter spec tests/browser/*.test.mjs
}

# --- The command line -----------------------------------------------------------------------------

# Resolved at once: results/latest will point elsewhere by the time it is read.
choose_baseline() {
  baseline=$(readlink -e -- "$1") ||
    usage_error "--baseline: no file or directory '$1': expected a results.json or its directory"
}

choose_exercise() {
  local -a names
  if [[ $1 == list ]]; then return; fi
  exercise=$1
  if [[ $exercise != */* && -e $root/exercises/$exercise.cpp ]]; then return; fi
  mapfile -t names < <(cd "$root/exercises" && printf '%s\n' *.cpp)
  usage_error "--exercise: '$exercise' is none of ${names[*]%.cpp}"
}

main() {
  local mode=full
  local -a harness_options=()
  may_install=yes
  with_browser=no
  with_pitfalls=yes
  baseline=''
  exercise=''
  hint=''
  with_solution=no
  while (($#)); do
    case $1 in
      --quick | --scale | --ci | --test | --exercise)
        [[ $mode == full ]] || usage_error "$1 and --$mode exclude each other: give one of them"
        mode=${1#--}
        if [[ $mode == exercise && -n ${2:-} && $2 != -* ]]; then
          choose_exercise "$2"
          shift
        fi
        ;;
      --hint)
        hint=1
        if [[ ${2:-} =~ ^[0-9]+$ ]]; then
          hint=$2
          shift
        fi
        ;;
      --solution) with_solution=yes ;;
      --baseline)
        choose_baseline "${2:-}"
        shift
        ;;
      --baseline=*) choose_baseline "${1#*=}" ;;
      --no-install) may_install=no ;;
      --browser) with_browser=yes ;;
      --no-pitfalls) with_pitfalls=no ;;
      --help | -h) usage; exit 0 ;;
      --) shift; harness_options=("$@"); break ;;
      *)
        usage_error "unknown option '$1': expected --quick, --scale, --ci, --baseline, --test, --browser," \
          "--no-pitfalls, --exercise, --hint, --solution, --no-install, --help," \
          "or -- and then options for the harness"
        ;;
    esac
    shift
  done
  [[ -z $baseline || $mode == ci ]] || usage_error "--baseline goes with --ci only"
  if [[ $with_browser == yes && $mode != test ]]; then
    usage_error "--browser goes with --test: it installs what the tests in a browser need"
  fi
  if [[ $with_pitfalls == no && $mode != full && $mode != quick ]]; then
    usage_error "--no-pitfalls goes with the full run and with --quick: --$mode runs no pitfalls"
  fi

  if [[ -z $exercise && $hint$with_solution != no ]]; then
    usage_error "--hint and --solution go with --exercise NAME only"
  fi
  if [[ -n $hint && $with_solution == yes ]]; then
    usage_error "--hint and --solution exclude each other: give one of them"
  fi

  cd "$root"
  case $mode in
    full)  run_experiment "${harness_options[@]}" ;;
    quick) run_experiment --time-scale 0.1 "${harness_options[@]}" ;;
    scale) run_scale "${harness_options[@]}" ;;
    ci)    run_ci "${harness_options[@]}" ;;
    test)
      ((${#harness_options[@]} == 0)) || usage_error "--test takes no options after --"
      run_tests
      ;;
    exercise)
      ((${#harness_options[@]} == 0)) || usage_error "--exercise takes no options after --"
      run_exercise
      ;;
  esac
  exit  # here, so that nothing is read after it: the script may be edited while it runs
}

main "$@"

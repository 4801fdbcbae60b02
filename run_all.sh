#!/usr/bin/env bash
# One command from a fresh clone to measured and drawn results; with --test, to every test passed.
# ./run_all.sh --help tells it all.
set -euo pipefail

usage() {
  cat <<'HELP'
usage: ./run_all.sh [--quick | --test [--browser]] [--no-install] [-- HARNESS-OPTION...]

Installs what is missing, builds, runs the five core models at the original durations (2 s, 8 s and
4 s: two and a half minutes in all), draws the charts and says where everything lies.

  --quick       the same at a tenth of the durations: a quarter of a minute
  --test        runs every test instead: C++, charts, this script, and report.html in a browser
                where Chromium, Node.js and the npm packages of tests/browser are there
  --browser     with --test: installs what the tests in a browser need first
  --no-install  never installs; names what is missing and stops
  --help        this text
  -- OPTION...  goes to the harness as it is, for example: ./run_all.sh -- --tasks 10 --models all
                (build/release/bin/waitbench --help lists its options); paths in it are relative to
                where you are when --results is among them, else to the repository

On Debian and Ubuntu, packages are installed with apt-get, as root or through sudo. Elsewhere it
lists what to install and stops. Set PYTHON to name the interpreter that draws.

The table of results goes to standard output, progress to standard error. Results lie in
results/<UTC time>/, and results/latest points at the newest.

Exit status: 0 fine, 1 something failed, 2 usage, 3 a regression, 4 nothing comparable.
HELP
}

build_packages=(g++ cmake ninja-build libasio-dev libbenchmark-dev libfmt-dev libgtest-dev
  libcli11-dev nlohmann-json3-dev)
draw_packages=(python3 python3-matplotlib)
test_packages=(python3-pytest python3-scipy)
browsers=(chromium chromium-browser google-chrome)

called_from=$PWD
root=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
harness=$root/build/release/bin/waitbench

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
    fail "no sudo here; as root: apt-get install ${missing[*]}"
  fi
  say "installing ${missing[*]}"
  apt_get update || say "apt-get update failed; going on with the lists at hand"
  apt_get install --yes --no-install-recommends "${missing[@]}" ||
    fail "apt-get could not install ${missing[*]}"
}

# Without apt only the tools are looked for: what else is missing, CMake names.
check_tools() {
  local tool
  local -a missing=()
  for tool in cmake ninja "${CXX:-c++}"; do
    command -v "$tool" >/dev/null || missing+=("$tool")
  done
  python_with "$@" >/dev/null || missing+=("python3 (with $*)")
  ((${#missing[@]})) || return 0
  {
    echo "Please install, with this system's own tools:"
    echo "  a C++20 compiler (g++ 12 or later), CMake 3.25 or later, Ninja"
    echo "  libraries: Asio (standalone), Google Benchmark, fmt, GoogleTest, CLI11, nlohmann_json"
    echo "  Python 3 with matplotlib (and pytest and SciPy for --test)"
  } >&2
  fail "missing: ${missing[*]}"
}

# Sees to it that all is there to build and to run the Python modules named; sets `python`.
provide() {
  local -a packages=("${build_packages[@]}")
  if command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; then
    if ! python_with "$@" >/dev/null; then
      packages+=("${draw_packages[@]}")
      if [[ " $* " == *" pytest "* ]]; then packages+=("${test_packages[@]}"); fi
    fi
    install_with_apt "${packages[@]}"
  else
    check_tools "$@"
  fi
  python=$(python_with "$@") || fail "no python3 has $* (set PYTHON to name one that does)"
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

# --- Building, measuring, drawing, testing --------------------------------------------------------

build() {
  say "building into build/release"
  # Ninja configures again by itself when a CMake file changes, but does not know the presets.
  if [[ ! -e build/release/build.ninja || CMakePresets.json -nt build/release/build.ninja ]]; then
    run cmake --preset release >&2 || fail "CMake could not configure the build; it says why above"
  fi
  run cmake --build --preset release >&2 || fail "the build failed; its errors are above"
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

# Measures, draws and tells where things lie. A run that failed leaves results too: they are drawn,
# and the status stays the harness's.
measure_and_draw() {
  local status=0 results
  results=$(results_asked_for "$@")
  say "measuring: build/release/bin/waitbench${*:+ $*}"
  touch build/started
  if [[ -n $results ]]; then cd "$called_from"; fi
  run "$harness" "$@" || status=$?
  cd "$root"
  results=${results:-results/latest}
  # No results of this run: --list, --predict, or a failure before the first one.
  if [[ -e $results/results.json && ! build/started -nt $results/results.json ]]; then
    say "drawing the charts"
    run "$python" -m plots "$results" >&2 || fail "the charts could not be drawn from $results"
    tell_where_things_lie "$(readlink -f "$results")"
  fi
  ((status <= 4)) || fail "the harness ended with status $status"
  return "$status"
}

tell_where_things_lie() {
  local name meaning
  printf '\nThe results lie in %s\n' "$1"
  while IFS='|' read -r name meaning; do
    if [[ -e $1/$name ]]; then printf '  %-15s %s\n' "$name" "$meaning"; fi
  done <<'TABLE'
report.html|all of it on one page, for a browser
charts|the charts, as SVG and PNG
summary.md|the findings and the table, in Markdown
results.json|every run and every step of every task
trace.json|the time lines, for ui.perfetto.dev or chrome://tracing
benchmark.json|Google Benchmark's own record
TABLE
}

run_experiment() {
  provide matplotlib
  build
  measure_and_draw "$@"
}

run_tests() {
  provide matplotlib pytest scipy
  if [[ $with_browser == yes ]]; then provide_browser; fi
  build
  say "testing server, clients and harness"
  run ctest --preset release --parallel 2 || fail "a C++ test failed"
  say "testing the charts"
  run "$python" -m pytest --quiet tests || fail "a test of the charts failed"
  say "testing this script"
  run tests/run_all_test.sh || fail "a test of run_all.sh failed"
  test_in_browser
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
  PYTHON=$python run node --test tests/browser/*.test.mjs || fail "a test in the browser failed"
}

# --- The command line -----------------------------------------------------------------------------

mode=full
may_install=yes
with_browser=no
harness_options=()
while (($#)); do
  case $1 in
    --quick | --test)
      [[ $mode == full ]] || usage_error "$1 and --$mode exclude each other: give one of them"
      mode=${1#--}
      ;;
    --no-install) may_install=no ;;
    --browser) with_browser=yes ;;
    --help | -h) usage; exit 0 ;;
    --) shift; harness_options=("$@"); break ;;
    *)
      usage_error "unknown option '$1': expected --quick, --test, --browser," \
        "--no-install, --help, or -- and then options for the harness"
      ;;
  esac
  shift
done

if [[ $with_browser == yes && $mode != test ]]; then
  usage_error "--browser goes with --test: it installs what the tests in a browser need"
fi
cd "$root"
case $mode in
  full)  run_experiment "${harness_options[@]}" ;;
  quick) run_experiment --time-scale 0.1 "${harness_options[@]}" ;;
  test)
    ((${#harness_options[@]} == 0)) || usage_error "--test takes no options after --"
    run_tests
    ;;
esac

#!/usr/bin/env bash
# Tests report.html in a browser, where all that takes is there.
#   tests/browser/run.sh                          tests, or says what it lacks
#   tests/browser/run.sh --install [--no-install] installs what it lacks, or names it and stops
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../.."
log=build/run_all.log
mkdir -p build
no_install=${2:-}
source support/shell/processes.sh
source support/shell/install.sh

# A line each: Debian's packages, and node_modules for what npm brings.
missing() {
  command -v chromium chromium-browser google-chrome >/dev/null || echo chromium  # any of them
  command -v node >/dev/null || echo nodejs
  command -v npm >/dev/null || echo npm
  # npm notes there what it installed: older than the lock file is not what the tests were made for.
  [[ tests/browser/node_modules/.package-lock.json -nt tests/browser/package-lock.json ]] ||
    echo node_modules
}

mapfile -t lacking < <(missing)
if [[ ${1:-} == --install ]]; then
  if [[ ${#lacking[@]} == 0 ]]; then exit; fi
  mapfile -t packages < <(missing | grep -vx node_modules)
  if ((${#packages[@]})); then install "${packages[@]}"; fi
  if [[ -z $(missing) ]]; then exit; fi
  [[ -z $no_install ]] || fail "missing: the npm packages of tests/browser (run without --no-install)"
  say "installing the npm packages of tests/browser"
  run quietly npm ci --prefix tests/browser --no-audit --no-fund ||
    fail_with_log "npm could not install the packages of tests/browser"
  touch tests/browser/node_modules/.package-lock.json
elif ((${#lacking[@]})); then
  say "left out: report.html in a browser, for lack of ${lacking[*]}; --test --browser installs that"
else
  say "testing report.html in a browser"
  run node --test --test-reporter spec tests/browser/*.test.mjs
fi

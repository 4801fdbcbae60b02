#!/usr/bin/env bash
# Installs what the suite needs, with apt-get where there is one. The script that includes this has set
# `no_install` if nothing may be installed: then what is missing is named.

# The first interpreter that has all the modules named: the first python3 on PATH may lack what the
# system's has.
python_with() {
  local candidate
  for candidate in "${PYTHON:-python3}" python3 /usr/bin/python3; do
    if "$candidate" -c "import $(IFS=,; echo "$*")" &>/dev/null; then echo "$candidate" && return; fi
  done
  return 1
}

not_installed() {
  local package
  for package; do
    dpkg-query --show --showformat='${db:Status-Status}\n' "$package" 2>/dev/null |
      grep -qx installed || echo "$package"
  done
}

# Installs what is missing of the packages named.
install() {
  local -a missing apt_get=(env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120)
  mapfile -t missing < <(not_installed "$@")
  ((${#missing[@]})) || return 0
  [[ -z $no_install ]] ||
    fail "missing: ${missing[*]} (run without --no-install, or: apt-get install ${missing[*]})"
  ((EUID == 0)) || apt_get=(sudo "${apt_get[@]}")
  command -v "${apt_get[0]}" >/dev/null ||
    fail "missing: ${missing[*]} (no sudo here; as root: apt-get install ${missing[*]}, then run again)"
  say "installing ${missing[*]}"
  quietly "${apt_get[@]}" update || say "apt-get update failed; going on with the lists at hand"
  quietly "${apt_get[@]}" install --yes --no-install-recommends "${missing[@]}" ||
    fail_with_log "apt-get could not install ${missing[*]}, and says why above"
}

# Sees to it that all is there to build, and to run the Python modules named with `python`.
provide() {
  local -a packages=(g++ cmake ninja-build libasio-dev libbenchmark-dev libfmt-dev libgtest-dev
    libcli11-dev nlohmann-json3-dev)
  if command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; then
    if (($#)) && ! python_with "$@" >/dev/null; then packages+=(python3 "${@/#/python3-}"); fi
    install "${packages[@]}"
    if [[ -z $no_install && -n $(not_installed liburing-dev) ]] &&
      apt-cache show liburing-dev &>/dev/null; then install liburing-dev; fi
    [[ -z $(not_installed liburing-dev) ]] || say "going on without liburing-dev: no model io_uring"
  elif ! command -v cmake >/dev/null; then
    fail "cmake is missing, and no package manager that is known here. Install g++ 12, CMake 3.25, Ninja," \
      "Asio 1.22, Google Benchmark 1.7, fmt 9, GoogleTest, CLI11 2.1, nlohmann_json 3.11 or later ones," \
      "and Python 3 with matplotlib, Jinja2, SciPy and pytest"
  fi
  # shellcheck disable=SC2034  # for the script that includes this
  (($# == 0)) || python=$(python_with "$@") || fail "no python3 has $* (set PYTHON to name one that does)"
}

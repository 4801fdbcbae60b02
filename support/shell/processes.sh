#!/usr/bin/env bash
# How the scripts speak, and run commands that a signal ends with all that they have started. The script
# that includes this has set `log`: what says much goes there.

say() { printf '==> %s\n' "$*" >&2; }

fail() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

usage_error() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 2
}

# Fails with the end of the log, which says why.
fail_with_log() {
  say "the end of ${log:?}:"
  tail -n 30 "$log" >&2
  fail "$*"
}

# Ends what is running where the script was killed by a signal that nobody can catch: then the pipe
# from it closes. What comes out of the pipe is the process group that run() has started last.
exec {lifeline}> >(
  trap '' INT TERM HUP
  exec >/dev/null 2>&1
  while read -r line; do group=$line; done
  if [[ -n ${group:-} ]]; then kill -TERM -- "-$group"; fi
)

# Runs a command in a process group of its own, so that stop() reaches all that it has started. The
# group's first process is a shell that outlives the command, whatever signal ends that.
run() {
  local status=0
  set -m
  (
    trap : INT TERM HUP
    exec {lifeline}>&-
    "$@"
  ) </dev/null &
  set +m
  echo "$!" >&"$lifeline"
  wait "$!" || status=$?
  echo >&"$lifeline"
  return "$status"
}

# Hands a signal on to what is running, waits for it to clean up, then ends by the same signal.
# shellcheck disable=SC2317  # the traps call it
stop() {
  local group
  group=$(jobs -p)
  trap 'kill -KILL -- "-$group" 2>/dev/null' INT TERM HUP  # asked twice: no more patience
  if [[ -n $group ]]; then kill -s "$1" -- "-$group" 2>/dev/null || true; fi
  while [[ -n $group ]] && kill -0 "$group" 2>/dev/null; do wait "$group" 2>/dev/null || true; done
  say "stopped by SIG$1"
  trap - "$1"
  kill -s "$1" "$$"
}
trap 'stop INT' INT
trap 'stop TERM' TERM
trap 'stop HUP' HUP

# Runs a command that says much: the log keeps it, and a terminal shows its newest line, in place.
quietly() { "$@" 2>&1 </dev/null | keep; }

keep() {
  local line width
  trap '' INT TERM HUP  # what the command says when a signal ends it is kept, too
  if [[ ! -t 2 ]]; then exec cat >>"$log"; fi
  width=$(stty size <&2)  # "ROWS COLUMNS", or zeros
  width=${width#* }
  while IFS= read -r line; do
    printf '%s\n' "$line" >>"$log"
    printf '\r\e[K    %.*s' "$((width > 5 ? width - 5 : 75))" "${line##*$'\r'}" >&2
  done
  printf '\r\e[K' >&2
}

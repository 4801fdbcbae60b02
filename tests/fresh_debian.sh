#!/usr/bin/env bash
# Tries the README's commands where a new user would: on a fresh Debian, right after the clone.
set -euo pipefail

usage() {
  cat <<'HELP'
usage: sudo tests/fresh_debian.sh [--release NAME] DIRECTORY [quick] [test] [ci] [archive]

Makes a minimal Debian in DIRECTORY/<release> for each case (by default quick and test), clones what
is committed here into it, runs the case's command as the first one, and says how each ended.

  quick   ./run_all.sh --quick, as a new user with sudo
  test    ./run_all.sh --test, as a new user with sudo
  ci      CI=true .ci/run, as root
  archive the commands of docs/install.md for a machine without a compiler, as a new user, with the archive
          that lies in build/release; besides what the base has, only matplotlib and Jinja2 are installed

  --release NAME  bookworm (Debian 12, the default), trixie (Debian 13) or testing; it may also
                  stand behind DIRECTORY
  --help          this text

Needs root, debootstrap and a Debian mirror: the one in this machine's apt sources, or MIRROR=URL.
DIRECTORY/<release>/base.tar keeps the base system; remove the file to get a newer one.
DIRECTORY/<release>/<case>.log keeps a case's output, and DIRECTORY/<release>/<case> its system
until the next time.

Exit status: 0 every case passed, 1 one failed or could not be tried, 2 usage.
HELP
}

releases=(bookworm trixie testing)
release=bookworm
user=newcomer

say() { printf '==> %s\n' "$*" >&2; }

fail() {
  printf 'fresh_debian.sh: %s\n' "$*" >&2
  exit 1
}

usage_error() {
  printf 'fresh_debian.sh: %s\n' "$*" >&2
  exit 2
}

# "URL SUITE" for each suite of this release. The URLs are those of this machine's apt, whichever
# release it has: a mirror keeps all releases at the same URL. Testing has one suite only.
host_suites() {
  # shellcheck disable=SC2016  # apt-get fills these in
  apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    awk -v release="$release" -v any="^($(IFS='|'; echo "${releases[*]}"))" '
      $3 == "main" && sub(any, "", $2) && $2 ~ "^(-updates|-security)?$" {
        if (release != "testing" || $2 == "") print $1, release $2
      }' | sort -u
}

# The new system uses what this machine uses: apt's sources and proxy, names, certificates for npm.
configure_like_host() {
  local root=$1
  { echo "$mirror $release" && host_suites; } | sort -u | sed 's/^/deb /; s/$/ main/' \
    >"$root/etc/apt/sources.list"
  apt-config dump | grep -E '^Acquire::(https?::|Check-)' >"$root/etc/apt/apt.conf.d/99host" || true
  cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
  if [[ -n ${NODE_EXTRA_CA_CERTS:-} ]]; then  # npm can't know whom this machine trusts besides
    cp -L "$NODE_EXTRA_CA_CERTS" "$root/etc/ssl/of_host.pem"
    echo NODE_EXTRA_CA_CERTS=/etc/ssl/of_host.pem >>"$root/etc/environment"
  fi
}

# The script named sid makes every release; debootstrap itself knows no release newer than itself.
make_base() {
  local root=$directory/base
  [[ ! -e $directory/base.tar ]] || return 0
  say "making a minimal Debian ($release) from $mirror"
  http_proxy=${http_proxy:-$(apt-config dump --format '%v' Acquire::http::Proxy)} \
    debootstrap --variant=minbase --include=ca-certificates,git,sudo "$release" "$root" "$mirror" \
    "${DEBOOTSTRAP_DIR:-/usr/share/debootstrap}/scripts/sid" \
    >"$directory/base.log" 2>&1 || fail "debootstrap failed, see $directory/base.log"
  configure_like_host "$root"
  chroot "$root" useradd --create-home --shell /bin/bash "$user"
  echo "$user ALL=(ALL) NOPASSWD: ALL" >"$root/etc/sudoers.d/$user"
  tar --create --numeric-owner --file "$directory/base.tar.part" --directory "$root" .
  mv "$directory/base.tar.part" "$directory/base.tar"
  rm -rf --one-file-system "$root"
}

# Runs a command inside, in a login shell. Mounts and processes live in namespaces of their own, and
# so are gone when it ends, however it ends.
inside() {
  local root=$1 user=$2 command=$3
  # shellcheck disable=SC2016  # the inner shell's arguments
  unshare --mount --pid --fork --kill-child bash -c '
    mount -t proc proc "$1/proc" && mount -t sysfs -o ro sysfs "$1/sys" &&
      mount -t tmpfs tmpfs "$1/dev/shm" &&
      mount -t devpts -o newinstance,ptmxmode=0666 devpts "$1/dev/pts" &&
      exec env --ignore-environment PATH="$PATH" TERM=dumb \
        chroot "$1" su --login "$2" --command "$3"
  ' inside "$root" "$user" "$command" </dev/null
}

# What docs/install.md tells who has no compiler: its first block of code below that heading.
commands_without_a_compiler() {
  local line in_part='' in_code='' commands="mkdir unpacked && cd unpacked && cp /tmp/waitbench-*.tar.gz ."
  while read -r line; do
    case $line in
      '## Without a compiler') in_part=yes ;;
      '```sh') in_code=$in_part ;;
      '```') [[ -z $in_code ]] || break ;;
      *) [[ -z $in_code ]] || commands+=" && $line" ;;
    esac
  done <"$repository/docs/install.md"
  echo "$commands && cd - >/dev/null"
}

# Tries one case and adds its line to the report: what is told of it, the command if nothing else is.
try() {
  local name=$1 user=$2 command=$3 told=${4:-$3} root=$directory/$1 bundle=/tmp/waitbench.bundle
  local status=0 started=$SECONDS
  rm -rf --one-file-system "$root"
  mkdir "$root"
  tar --extract --numeric-owner --preserve-permissions \
    --file "$directory/base.tar" --directory "$root"
  if [[ $name == archive ]]; then
    cp "$repository"/build/release/waitbench-*-linux-x86_64.tar.gz "$root/tmp/" ||
      fail 'no archive in build/release: docs/install.md tells how to make it'
  fi
  git -c safe.directory='*' -C "$repository" bundle create --quiet "$root$bundle" HEAD
  say "$release, $name: $told, as $user; output goes to $directory/$name.log"
  inside "$root" "$user" "git clone --quiet -c advice.detachedHead=false $bundle waitbench" ||
    fail "could not clone into $root"
  inside "$root" "$user" "cd waitbench && $command" >"$directory/$name.log" 2>&1 || status=$?
  ((status == 0)) || failed=1
  report+=$(printf '%-8s %-6s %-28s exit status %d after %d s' "$release" "$name" "$told" \
    "$status" $((SECONDS - started)))$'\n'
}

positional=()
while (($#)); do
  case $1 in
    --help | -h) usage; exit 0 ;;
    --release)
      release=${2:-}
      shift $(($# > 1))
      ;;
    --release=*) release=${1#*=} ;;
    -*) usage_error "unknown option '$1': expected --release or --help" ;;
    *) positional+=("$1") ;;
  esac
  shift
done
[[ -n $release && " ${releases[*]} " == *" $release "* ]] ||
  usage_error "--release: unknown release '$release': expected bookworm, trixie or testing"
((${#positional[@]})) || { usage >&2; exit 2; }
directory=${positional[0]}
cases=("${positional[@]:1}")
((${#cases[@]})) || cases=(quick test)
for case in "${cases[@]}"; do
  [[ $case == quick || $case == test || $case == ci || $case == archive ]] ||
    usage_error "unknown case '$case': expected quick, test, ci or archive"
done
((EUID == 0)) || fail 'needs root, for debootstrap and chroot'
command -v debootstrap >/dev/null || fail 'needs debootstrap: apt-get install debootstrap'
mirror=${MIRROR:-$(host_suites | awk -v release="$release" '$2 == release { print $1; exit }')}
[[ -n $mirror ]] || fail "no Debian mirror in this machine's apt sources: set MIRROR=URL"
repository=$(dirname "$(readlink -f "$0")")/..
mkdir -p "$directory/$release"
directory=$(readlink -f "$directory/$release")

report=''
failed=0
make_base
for case in "${cases[@]}"; do
  case $case in
    quick) try quick "$user" './run_all.sh --quick' ;;
    test)  try test "$user" './run_all.sh --test' ;;
    ci)    try ci root 'CI=true .ci/run' ;;
    archive)
      try archive "$user" "sudo apt-get update && sudo env DEBIAN_FRONTEND=noninteractive apt-get install --yes \
        --no-install-recommends python3-matplotlib python3-jinja2 && ! command -v c++ && $(commands_without_a_compiler)" \
        'docs/install.md'
      ;;
  esac
done
printf '%s' "$report"
exit "$failed"

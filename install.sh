#!/usr/bin/env bash
# Builds carbonation and installs it for one user, or, with --demo, shows it at work. See --help.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: ./install.sh                 build and install carbonation into $PREFIX/bin (default ~/.local/bin)
       ./install.sh --uninstall     remove it from there; configs, databases and archives stay
       ./install.sh --demo [--dir D]  build, and run a sample project in a new directory (or in D); installs nothing
       ./install.sh --help

Needs Node.js 18 or newer with npm, and for the first build their package registry.
TEXT
}

die() { printf 'install.sh: %s\n' "$1" >&2; exit "${2:-1}"; }
wrong_usage() { die "$1; see ./install.sh --help" 2; }

source_root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

build() {
  local tool major
  for tool in node npm; do
    command -v "$tool" >/dev/null || die "$tool is not there: install Node.js 18 or newer, which brings npm"
  done
  major=$(node -p 'process.versions.node.split(".")[0]')
  [ "$major" -ge 18 ] || die "Node.js $(node --version) is too old: carbonation is built with 18 or newer"
  (cd "$source_root" && npm run --silent build) >&2 || die 'the build failed; nothing was changed'
}

# Where the program goes. Another one of this name that is a script (a Python package has one) is not ours.
find_target() {
  [ -n "${PREFIX:-${HOME:-}}" ] || die 'HOME is not set: choose a place with PREFIX=DIRECTORY'
  local prefix=${PREFIX:-${HOME:-}/.local}
  case $prefix in /*) ;; *) prefix=$PWD/$prefix ;; esac
  bin=$prefix/bin
  target=$bin/carbonation
  [ ! -d "$target" ] || die "$target is a directory: move it away, or choose another PREFIX"
  if [ -f "$target" ] && [ "$(head -c 2 "$target")" = '#!' ]; then
    die "$target is another program, a script: move it away, or choose another PREFIX"
  fi
}

install_binary() {
  find_target
  build
  mkdir -p "$bin"
  fresh=$(mktemp "$bin/.carbonation.XXXXXX")
  trap 'rm -f "$fresh"' EXIT
  # Written beside and renamed: a carbonation that is running keeps its own file.
  cp "$source_root/dist/carbonation" "$fresh"
  chmod 755 "$fresh"
  mv -f "$fresh" "$target"
  printf 'Installed %s (%s)\n' "$target" "$("$target" --version)"
  case :$PATH: in
    *":$bin:"*) printf 'Begin with: carbonation init --dir my-project\n' ;;
    *) printf '%s is not on your PATH; add it: export PATH="%s:%sPATH"\n' "$bin" "$bin" '$' ;;
  esac
}

uninstall() {
  find_target
  [ -e "$target" ] || { printf 'Nothing to remove: there is no %s\n' "$target"; return; }
  rm -f "$target"
  printf 'Removed %s\n' "$target"
}

show() {
  printf '\n$ carbonation %s\n' "$*"
  "$source_root/dist/carbonation" "$@" || { printf '(exit code %s)\n' "$?"; is_broken=1; }
}

# deliver STEM CATEGORY-OR-EMPTY: a data file and the JSON beside it
deliver() {
  printf 'measurements of %s\n' "$1" >"delivery/$1.txt"
  printf '{ "start": "2026-11-21T10:00:00Z", "stop": "2026-11-21T10:05:00Z"%s, "source": "demo" }\n' \
    "${2:+, \"category\": \"$2\"}" >"delivery/$1.json"
}

demo() {
  local project=$1 is_broken=0
  build
  [ -n "$project" ] || project=$(mktemp -d "${TMPDIR:-/tmp}/carbonation-demo.XXXXXX")
  mkdir -p "$project"
  cd "$project"

  show init --dir .
  sed -i 's/^settle_seconds = .*/settle_seconds = 0.2/' config.toml

  deliver radar_001 alpha
  deliver radar_002 beta
  deliver unsorted_003 ''
  deliver short_004 alpha
  printf 'tiny\n' >delivery/short_004.txt
  printf 'its .json never came\n' >delivery/alone_005.txt
  printf '\nDelivered: two whole groups, one without a category, one with a file that is too small, one half\n'
  ls -l delivery

  show run --once
  show status
  show query files
  show query components
  show explain delivery/radar_001.json
  show explain delivery/unsorted_003.json
  show explain delivery/short_004.txt
  show explain delivery/alone_005.txt
  printf '\nThe project is in %s; deliver more into delivery/ there, or remove it with rm -r.\n' "$PWD"
  [ "$is_broken" = 0 ] || die 'a command of the demo failed, see above'
}

action=install_binary
directory=
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) usage; exit ;;
    --uninstall) action=uninstall ;;
    --demo) action=demo ;;
    --dir)
      directory=${2:-}
      [ -n "$directory" ] || wrong_usage '--dir needs a directory'
      shift ;;
    --dir=?*) directory=${1#--dir=} ;;
    *) wrong_usage "$1 is not an option" ;;
  esac
  shift
done
[ -z "$directory" ] || [ "$action" = demo ] || wrong_usage '--dir goes with --demo'

if [ "$action" = demo ]; then demo "$directory"; else "$action"; fi

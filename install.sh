#!/usr/bin/env bash
# Builds carbonation and installs it for one user, or, with --demo, shows it at work. See --help.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: ./install.sh                 build and install carbonation into $PREFIX/bin (default ~/.local/bin)
       ./install.sh --uninstall     remove it from there; configs, databases and archives stay
       ./install.sh --demo [--dir D] [--database sqlite|postgresql|mariadb]
                                   build, and run a sample project in a new directory (or in D); installs nothing.
                                   With a database other than sqlite it starts a server of its own for that time
       ./install.sh --help

Needs Node.js 18 or newer with npm, and for the first build their package registry.
TEXT
}

die() { printf 'install.sh: %s\n' "$1" >&2; exit "${2:-1}"; }
wrong_usage() { die "$1; see ./install.sh --help" 2; }

source_root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# A program that is newer than everything it is made of is not built again.
build() {
  is_fresh || build_anew
}

is_fresh() {
  local made_of=("$source_root/src" "$source_root/package.json" "$source_root/package-lock.json") changed
  [ -x "$source_root/dist/carbonation" ] || return 1
  changed=$(find "${made_of[@]}" -newer "$source_root/dist/carbonation" -print | head -n 1) && [ -z "$changed" ]
}

build_anew() {
  local tool major
  for tool in node npm; do
    command -v "$tool" >/dev/null || die "$tool is not there: install Node.js 18 or newer, which brings npm"
  done
  major=$(node -p 'process.versions.node.split(".")[0]')
  [ "$major" -ge 18 ] || die "Node.js $(node --version) is too old: carbonation is built with 18 or newer"
  printf 'Building carbonation from %s (the first time npm fetches what it is built with)\n' "$source_root" >&2
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

heading() { printf '\n\n== %s ==\n' "$1"; }
say() { printf '%s\n' "$@"; }

# Shows a command as it is typed at a prompt, then what it prints.
type_in() {
  printf '$ %s\n' "$1"
  eval "$1" || { printf '(exit code %s)\n' "$?"; is_broken=1; }
}
ask() { printf '\n'; type_in "$1"; }

demo() {
  local directory=$1 database=$2 is_broken=0 series=1
  build
  [ "$database" = sqlite ] || start_server "$database"
  PATH=$source_root/dist:$PATH
  enter_project "$directory"
  # A second run delivers under names of its own.
  while [ -e "delivery/radar_${series}01.txt" ]; do series=$((series + 1)); done
  local radar=radar_$series

  heading 'A project: config, rules, a plugin that reads the metadata, a delivery directory'
  ask 'carbonation init'
  say '' 'A file counts as whole when it stood still for settle_seconds; half a second will do here:'
  type_in "sed -i 's/^settle_seconds = .*/settle_seconds = 0.5/' config.toml"
  if [ "$database" != sqlite ]; then
    say '' "The ledger goes to a $database server, which the demo has started:"
    type_in "sed -i 's/^drivername = .*/drivername = \"$database\"/; s/^name = \"carbonation.db\"/name = \"carbonation\"/' config.toml"
    type_in "sed -i 's|^# socket = .*|socket = \"$server_socket\"|; s/^# port = .*/port = $server_port/' config.toml"
    type_in "sed -i 's/^# username = .*/username = \"carbonation\"/' config.toml"
  fi
  ask 'carbonation check-config'

  heading 'Files are delivered'
  say 'Wanted are pairs of .txt and .json, with a "category" in the .json, and at least 10 bytes each.' ''
  deliver "${radar}01" '{ "start": "2026-11-21T10:00:00Z", "category": "alpha" }'
  deliver "${radar}02" '{ "start": "2026-11-21T10:05:00Z", "category": "beta" }'
  say '' 'No .json; too small; no category; not JSON:'
  type_in "echo 'measurements of ${radar}03' > delivery/${radar}03.txt"
  deliver "${radar}04" '{ "start": "2026-11-21T10:15:00Z", "category": "alpha" }' 'tiny'
  deliver "${radar}05" '{ "start": "2026-11-21T10:20:00Z" }'
  deliver "${radar}06" '{ "start": "2026-11-21T10:25:'
  say '' 'Another kind of file, and a transfer that still runs:'
  type_in "echo 'a remark for people' > delivery/${radar}07.doc"
  type_in "echo 'half a transf' > delivery/${radar}08.txt.tmp"

  heading 'One pass, as cron would run it'
  say 'It waits until the files have settled, and tells only what is in trouble.'
  ask 'carbonation run --once'

  heading 'What is there now'
  ask 'carbonation status'
  ask "find archive -name '${radar}*' | sort"
  ask "carbonation query files --group-key '${radar}%' --columns group_key,complete,start,category,archive_path"
  ask 'carbonation query components'

  heading 'Why: one of each kind'
  say 'A group that is archived:'
  ask "carbonation explain delivery/${radar}01.txt"
  say '' 'Its .json is not there yet:'
  ask "carbonation explain delivery/${radar}03.txt"
  say '' 'Too small:'
  ask "carbonation explain delivery/${radar}04.txt"
  say '' 'No selection rule took it, for want of a category:'
  ask "carbonation explain delivery/${radar}05.txt"
  say '' 'The plugin could not read it; it is tried again later:'
  ask "carbonation explain delivery/${radar}06.txt"
  say '' 'Not under the patterns, so not in the ledger:'
  ask "carbonation explain delivery/${radar}07.doc"
  say '' 'Still being written, by its name:'
  ask "carbonation explain delivery/${radar}08.txt.tmp"

  heading 'The missing file arrives, and an archived one is delivered again with other content'
  say ''
  type_in "echo '{ \"start\": \"2026-11-21T10:10:00Z\", \"category\": \"gamma\" }' > delivery/${radar}03.json"
  type_in "echo 'measurements of ${radar}02, corrected' > delivery/${radar}02.txt"
  type_in "echo '{ \"start\": \"2026-11-21T10:05:00Z\", \"category\": \"beta\", \"source\": \"corrected\" }' > delivery/${radar}02.json"
  ask 'carbonation run --once'
  ask "find archive -name '${radar}0[23]*' | sort"
  ask "carbonation query files --group-key '${radar}0%' --all-generations --columns group_key,generation,is_latest,source"

  heading 'Nothing is unaccounted for'
  ask 'carbonation db check'

  printf '\n\nThe project is in %s\n' "$PWD"
  if [ "$database" = sqlite ]; then printf 'Go on there with: PATH="%s:%sPATH"\n' "$source_root/dist" '$'
  else printf 'The server ends with the demo, and the ledger with it: to go on there, name a server of your own in its config.toml\n'; fi
  [ "$is_broken" = 0 ] || die 'a command of the demo failed, see above'
}

# start_server ENGINE: one of our own, with its socket in $server_socket; gone when this script ends
start_server() {
  server_home=$(mktemp -d "${TMPDIR:-/tmp}/cbn-demo-db.XXXXXX")
  chmod 755 "$server_home"
  server_port=$((20000 + RANDOM))
  trap stop_server EXIT
  printf 'Starting a %s server in %s\n' "$1" "$server_home" >&2
  "start_$1"
}

start_postgresql() {
  local bin
  bin=$(find /usr/lib/postgresql -name initdb -path '*/bin/*' 2>/dev/null | sort -V | tail -n 1)
  [ -n "$bin" ] || die 'there is no PostgreSQL server: install it (Debian: apt-get install postgresql)'
  bin=${bin%/initdb} server_socket=$server_home/own
  own_directory postgres
  as_server postgres "$bin/initdb" -D "$server_socket/data" -U carbonation -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
  as_server postgres "$bin/postgres" -D "$server_socket/data" -c unix_socket_directories="$server_socket" -c port="$server_port" \
    -c listen_addresses= >"$server_home/log" 2>&1 &
  server=$!
  until_there "$server_socket/.s.PGSQL.$server_port"
  as_server postgres "$bin/createdb" -h "$server_socket" -p "$server_port" -U carbonation carbonation
}

start_mariadb() {
  local program
  program=$(command -v mariadbd || find /usr/sbin /usr/libexec -name mariadbd 2>/dev/null | head -n 1)
  [ -n "$program" ] || die 'there is no MariaDB server: install it (Debian: apt-get install mariadb-server)'
  server_socket=$server_home/own/socket
  own_directory mysql
  as_server mysql mariadb-install-db --no-defaults --datadir="$server_home/own/data" --auth-root-authentication-method=normal \
    --skip-test-db >/dev/null
  as_server mysql "$program" --no-defaults --datadir="$server_home/own/data" --socket="$server_socket" --skip-networking \
    --pid-file="$server_home/own/pid" >"$server_home/log" 2>&1 &
  server=$!
  until_there "$server_socket"
  mariadb --no-defaults -S "$server_socket" -u root -e "create database carbonation character set utf8mb4;
    create user carbonation@localhost; grant all on carbonation.* to carbonation@localhost"
}

# The servers refuse to run as root.
own_directory() {
  mkdir "$server_home/own"
  [ "$(id -u)" != 0 ] || chown "$1" "$server_home/own"
}
as_server() {
  local user=$1
  shift
  if [ "$(id -u)" = 0 ]; then (cd "$server_home/own" && exec setpriv --reuid="$user" --regid="$user" --clear-groups "$@")
  else (cd "$server_home/own" && exec "$@"); fi
}
until_there() {
  local tries=0
  while [ ! -S "$1" ]; do
    kill -0 "$server" 2>/dev/null && [ "$tries" -lt 300 ] || die "the server does not start: $(tail -n 3 "$server_home/log")"
    tries=$((tries + 1))
    sleep 0.1
  done
  sleep 0.5
}
stop_server() {
  local pid
  pid=$(head -n 1 "$server_home/own/data/postmaster.pid" "$server_home/own/pid" 2>/dev/null | grep -x '[0-9]*' || true)
  # Both end at once: PostgreSQL by INT, MariaDB by TERM.
  if [ -f "$server_home/own/pid" ]; then kill -TERM $pid || true; elif [ -n "$pid" ]; then kill -INT $pid || true; fi
  [ -z "${server:-}" ] || wait "$server" 2>/dev/null || true
  rm -rf "$server_home"
}

# enter_project DIRECTORY-OR-EMPTY: a new directory, or that of an earlier demo
enter_project() {
  local project=${1:-}
  [ -n "$project" ] || project=$(mktemp -d "${TMPDIR:-/tmp}/carbonation-demo.XXXXXX")
  mkdir -p "$project"
  cd "$project"
  [ -e delivery/radar_101.txt ] || [ -z "$(ls -A)" ] || die "$PWD is not empty: choose another --dir"
}

# deliver STEM JSON [TEXT]: a data file and the JSON beside it
deliver() {
  type_in "echo '${3:-measurements of $1}' > delivery/$1.txt"
  type_in "echo '$2' > delivery/$1.json"
}

action=install_binary
directory=
database=
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
    --database)
      database=${2:-}
      [ -n "$database" ] || wrong_usage '--database needs a name'
      shift ;;
    --database=?*) database=${1#--database=} ;;
    *) wrong_usage "$1 is not an option" ;;
  esac
  shift
done
[ -z "$directory" ] || [ "$action" = demo ] || wrong_usage '--dir goes with --demo'

[ -z "$database" ] || [ "$action" = demo ] || wrong_usage '--database goes with --demo'
case $database in '' | sqlite | postgresql | mariadb) ;; *) wrong_usage "--database is sqlite, postgresql or mariadb, not $database" ;; esac

if [ "$action" = demo ]; then demo "$directory" "${database:-sqlite}"; else "$action"; fi

# What the benchmarks share. Sourced, never run.
#
# ZIGTTP_BIN names the folder of the built programs (default .build/release). Everything is made in a
# new folder on a real disk, and nothing that was started survives the script.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
bin=$(cd "$root" && cd "${ZIGTTP_BIN:-.build/release}" 2>/dev/null && pwd) || {
  echo "$0: no folder ${ZIGTTP_BIN:-.build/release}; run make build, or set ZIGTTP_BIN" >&2
  exit 1
}
samples=$root/testdata/handlers
# Never /tmp by default: where that is in memory, fsync would cost nothing.
work=$(mktemp -d -p "${TMPDIR:-/var/tmp}" zigttp-bench.XXXXXX)
# Keys of the ledgers made here, and what is remembered of them, go with the folder.
export HOME=$work/home XDG_STATE_HOME=
mkdir "$HOME"
started=()

finish() {
  local pid
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${started[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# need PROGRAM…: stops with the name of the first that is missing.
need() {
  local program
  for program in "$@"; do
    command -v "$program" >/dev/null || {
      echo "$0: needs $program" >&2
      exit 1
    }
  done
}

# fail TEXT…
fail() {
  echo "$0: $*" >&2
  exit 1
}

# free_port: prints a port of the loopback interface on which nobody answers.
free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 20000))
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      echo "$port"
      return
    fi
  done
}

# deploy FOLDER: deploys a copy of a project; NAME being the folder's, the copy is then $work/NAME, its
# binary $work/NAME/.zigttp/deploy/NAME. A name alone is a sample project's.
deploy() {
  local name=${1##*/} from=$1
  [ "$name" = "$1" ] && from=$samples/$1
  [ -d "$work/$name" ] || cp -r "$from" "$work/$name"
  set -- "$name"
  (cd "$work/$1" && "$bin/zigttp" deploy --local >/dev/null 2>"$work/$1.log") || {
    cat "$work/$1.log" >&2
    fail "could not deploy $1"
  }
}

# serve PORT COMMAND…: starts a server on the first core and waits until it answers; its process
# id is then in $served.
serve() {
  local port=$1 tries=0
  shift
  taskset -c 0 "$@" >"$work/server-$port.log" 2>&1 &
  served=$!
  started+=("$served")
  until curl -s -o /dev/null "http://127.0.0.1:$port/"; do
    kill -0 "$served" 2>/dev/null && ((++tries < 200)) || {
      cat "$work/server-$port.log" >&2
      fail "$1 does not answer"
    }
    sleep 0.05
  done
}

# stop PID: ends a server that serve started, and waits for it.
stop() {
  kill "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
}

# median: of the numbers on standard input.
median() {
  sort -g | awk '{ v[NR] = $1 } END {
    if (NR == 0) exit 1
    print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2
  }'
}

# times FILE NAME: the median in milliseconds of one command in hyperfine's CSV.
times() {
  awk -F, -v name="$2" '$1 == name { printf "%.2f\n", $4 * 1000; found = 1 }
    END { exit !found }' "$1"
}

# ratio A B: A divided by B.
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f\n", a / b }'; }

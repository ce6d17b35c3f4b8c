# Requests under wrk, for benchmarks of servers. Sourced behind common.bash. The server has the first
# core for itself (see serve), wrk the second.
need wrk curl taskset

seconds=${SECONDS_EACH:-5}
rounds=${ROUNDS:-3}
connections=${CONNECTIONS:-32}

# press PATH PORT [OPTION…]: one round of wrk on the second core; prints requests a second and the 99th
# percentile of the latency in milliseconds. Every request has to be answered.
press() {
  local address=http://127.0.0.1:$2$1
  shift 2
  taskset -c 1 wrk -t1 -c"$connections" -d"${seconds}s" --latency "$@" "$address" >"$work/wrk"
  if grep -qE 'Non-2xx|Socket errors' "$work/wrk"; then
    cat "$work/wrk" >&2
    fail "$address: not every request was answered"
  fi
  awk '$1 == "99%" {
      unit = $2; sub(/[0-9.]+/, "", unit)
      p99 = ($2 + 0) * (unit == "us" ? 0.001 : unit == "s" ? 1000 : unit == "m" ? 60000 : 1)
    }
    $1 == "Requests/sec:" { rate = $2 }
    END { print rate, p99 }' "$work/wrk"
}

# of FILE N: the median of a column of what press printed.
of() { awk -v n="$2" '{ print $n }' "$work/$1" | median; }

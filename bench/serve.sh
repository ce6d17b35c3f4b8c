#!/usr/bin/env bash
# Requests a second and the 99th percentile of the latency of four handlers, beside the same services
# on node's http module. The server has the first core for itself, wrk the second.
source "$(dirname "$0")/lib/common.bash"
need wrk node curl taskset

seconds=${SECONDS_EACH:-5}
rounds=${ROUNDS:-3}
connections=${CONNECTIONS:-32}

declare -A paths=([hello]=/ [echo]=/ [router20]=/files/7/parts/9 [pages]=/)

# options NAME: what wrk needs besides the address.
options() { if [ "$1" = echo ]; then echo "-s $root/bench/lib/echo.lua"; fi; }

# answer NAME PORT: the body that the handler gives for what wrk will ask.
answer() {
  local address=http://127.0.0.1:$2${paths[$1]}
  if [ "$1" = echo ]; then
    curl -sf -H 'content-type: application/json' -d '{"a":[1,{"b":"é"},null]}' "$address"
  else
    curl -sf "$address"
  fi
}

# press NAME PORT: one round; prints requests a second and the 99th percentile in milliseconds.
press() {
  # shellcheck disable=SC2046
  taskset -c 1 wrk -t1 -c"$connections" -d"${seconds}s" --latency $(options "$1") \
    "http://127.0.0.1:$2${paths[$1]}" >"$work/wrk"
  if grep -qE 'Non-2xx|Socket errors' "$work/wrk"; then
    cat "$work/wrk" >&2
    fail "$1: not every request was answered"
  fi
  awk '$1 == "99%" {
      unit = $2; sub(/[0-9.]+/, "", unit)
      p99 = ($2 + 0) * (unit == "us" ? 0.001 : unit == "s" ? 1000 : unit == "m" ? 60000 : 1)
    }
    $1 == "Requests/sec:" { rate = $2 }
    END { print rate, p99 }' "$work/wrk"
}

echo "| handler, median of $rounds × $seconds s, $connections connections | zigttp req/s | node req/s | ratio | zigttp p99 ms | node p99 ms |"
echo "|---|---|---|---|---|---|"
for name in hello echo router20 pages; do
  deploy "$name"
  ours_port=$(free_port)
  serve "$ours_port" "$work/$name/.zigttp/deploy/$name" serve --port "$ours_port" --quiet
  ours=$served
  node_port=$(free_port)
  PORT=$node_port serve "$node_port" node "$samples/$name/node-server.mjs"
  node=$served

  [ "$(answer "$name" "$ours_port")" = "$(answer "$name" "$node_port")" ] ||
    fail "$name: the two servers give different answers"

  : >"$work/ours" && : >"$work/node"
  for ((round = 0; round <= rounds; round++)); do
    # The first round warms both up and does not count. The other server rests meanwhile.
    press "$name" "$ours_port" >>"$work/ours"
    press "$name" "$node_port" >>"$work/node"
    if ((round == 0)); then : >"$work/ours" && : >"$work/node"; fi
  done
  stop "$ours"
  stop "$node"

  column() { awk -v n="$2" '{ print $n }' "$work/$1" | median; }
  ours_rate=$(column ours 1) node_rate=$(column node 1)
  printf '| %s | %.0f | %.0f | %s | %.2f | %.2f |\n' "$name" "$ours_rate" "$node_rate" \
    "$(ratio "$ours_rate" "$node_rate")" "$(column ours 2)" "$(column node 2)"
done

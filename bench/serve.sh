#!/usr/bin/env bash
# Requests a second and the 99th percentile of the latency of four handlers, beside the same services
# on node's http module. The server has the first core for itself, wrk the second.
source "$(dirname "$0")/lib/common.bash"
source "$(dirname "$0")/lib/pressure.bash"
need node

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
    # shellcheck disable=SC2046
    press "${paths[$name]}" "$ours_port" $(options "$name") >>"$work/ours"
    # shellcheck disable=SC2046
    press "${paths[$name]}" "$node_port" $(options "$name") >>"$work/node"
    if ((round == 0)); then : >"$work/ours" && : >"$work/node"; fi
  done
  stop "$ours"
  stop "$node"

  ours_rate=$(of ours 1) node_rate=$(of node 1)
  printf '| %s | %.0f | %.0f | %s | %.2f | %.2f |\n' "$name" "$ours_rate" "$node_rate" \
    "$(ratio "$ours_rate" "$node_rate")" "$(of ours 2)" "$(of node 2)"
done

# The least that a server can do: one fixed text from nginx.
if command -v nginx >/dev/null; then
  ours_port=$(free_port) nginx_port=$(free_port)
  serve "$ours_port" "$work/hello/.zigttp/deploy/hello" serve --port "$ours_port" --quiet
  ours=$served
  mkdir "$work/nginx"
  cat >"$work/nginx/nginx.conf" <<CONF
daemon off; worker_processes 1; pid $work/nginx/pid; error_log $work/nginx/error.log;
events { worker_connections 1024; }
http {
  access_log off; keepalive_requests 1000000000; default_type "text/plain; charset=utf-8";
  server { listen 127.0.0.1:$nginx_port; location / { return 200 "Hello, world!"; } }
}
CONF
  serve "$nginx_port" nginx -c "$work/nginx/nginx.conf" -p "$work/nginx"
  theirs=$served
  : >"$work/ours" && : >"$work/nginx-rates"
  for ((round = 0; round <= rounds; round++)); do
    press / "$ours_port" >>"$work/ours"
    press / "$nginx_port" >>"$work/nginx-rates"
    if ((round == 0)); then : >"$work/ours" && : >"$work/nginx-rates"; fi
  done
  stop "$ours"
  stop "$theirs"
  echo
  echo "| hello beside nginx \`return 200\` | zigttp req/s | nginx req/s | ratio |"
  echo "|---|---|---|---|"
  printf '| hello | %.0f | %.0f | %s |\n' "$(of ours 1)" "$(of nginx-rates 1)" \
    "$(ratio "$(of ours 1)" "$(of nginx-rates 1)")"
fi

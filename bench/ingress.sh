#!/usr/bin/env bash
# Requests a second through the ingress and through nginx as a reverse proxy, of one and the same
# service, and of the service without either; then the memory of the supervisor and the ingress with
# SERVICES (default 100) services. The proxies have the first core for themselves, the service and wrk
# share the second.
source "$(dirname "$0")/lib/common.bash"
need wrk curl taskset nginx

seconds=${SECONDS_EACH:-5}
rounds=${ROUNDS:-3}
connections=${CONNECTIONS:-32}
services=${SERVICES:-100}
program=${PROGRAM:-$bin/zigttp-control-plane}

# press URL: one round; prints requests a second. Every request has to be answered.
press() {
  taskset -c 1 wrk -t1 -c"$connections" -d"${seconds}s" -H "Host: hello.localhost" "$1" >"$work/wrk"
  if grep -qE 'Non-2xx|Socket errors' "$work/wrk"; then
    cat "$work/wrk" >&2
    fail "$1: not every request was answered"
  fi
  awk '$1 == "Requests/sec:" { print $2 }' "$work/wrk"
}

# resident PID…: KiB of memory of processes together.
resident() {
  local pid
  for pid in "$@"; do awk '$1 == "VmRSS:" { print $2 }' "/proc/$pid/status"; done |
    awk '{ sum += $1 } END { print sum }'
}

deploy hello
service_port=$(free_port)
taskset -c 1 "$work/hello/.zigttp/deploy/hello" serve --port "$service_port" --loops 1 --quiet \
  >"$work/service.log" 2>&1 &
started+=("$!")
until curl -s -o /dev/null "http://127.0.0.1:$service_port/"; do sleep 0.05; done

mkdir "$work/routes" "$work/nginx"
printf 'zigttp-routes 1\ngeneration 1\nroute hello %s\n' "$service_port" >"$work/routes/routes"
ours_port=$(free_port)
taskset -c 0 "$program" ingress --listen "127.0.0.1:$ours_port" --routes "$work/routes" \
  >"$work/ingress.log" 2>&1 &
ours=$!
started+=("$ours")

nginx_port=$(free_port)
cat >"$work/nginx/nginx.conf" <<CONF
daemon off;
worker_processes 1;
pid $work/nginx/pid;
error_log $work/nginx/error.log;
events { worker_connections 1024; }
http {
  access_log off;
  keepalive_requests 1000000;
  upstream service { server 127.0.0.1:$service_port; keepalive 64; keepalive_requests 1000000; }
  server {
    listen 127.0.0.1:$nginx_port;
    location / {
      proxy_pass http://service;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host \$host;
      proxy_set_header X-Forwarded-For \$remote_addr;
      proxy_set_header X-Forwarded-Proto \$scheme;
      proxy_set_header X-Forwarded-Host \$host;
    }
  }
}
CONF
taskset -c 0 nginx -p "$work/nginx" -c "$work/nginx/nginx.conf" >"$work/nginx.log" 2>&1 &
started+=("$!")
for port in "$ours_port" "$nginx_port"; do
  until curl -sf -o /dev/null -H 'Host: hello.localhost' "http://127.0.0.1:$port/"; do sleep 0.05; done
done

: >"$work/ours" && : >"$work/theirs" && : >"$work/direct"
for ((round = 0; round <= rounds; round++)); do
  # The first round warms all of them up and does not count.
  press "http://127.0.0.1:$ours_port/" >>"$work/ours"
  press "http://127.0.0.1:$nginx_port/" >>"$work/theirs"
  press "http://127.0.0.1:$service_port/" >>"$work/direct"
  if ((round == 0)); then : >"$work/ours" && : >"$work/theirs" && : >"$work/direct"; fi
done
rate=$(median <"$work/ours") peer=$(median <"$work/theirs") direct=$(median <"$work/direct")
echo "| proxy, median of $rounds × $seconds s, $connections connections | requests/s | beside nginx | resident KiB |"
echo "|---|---|---|---|"
printf '| ingress | %.0f | %s | %s |\n' "$rate" "$(ratio "$rate" "$peer")" "$(resident "$ours")"
printf '| nginx | %.0f | 1 | %s |\n' "$peer" \
  "$(resident $(pgrep -P "$(cat "$work/nginx/pid")") "$(cat "$work/nginx/pid")")"
printf '| none | %.0f | %s | |\n' "$direct" "$(ratio "$direct" "$peer")"

"$program" supervise --folder "$work/process" >"$work/supervisor.log" 2>&1 &
supervisor=$!
started+=("$supervisor")
until [ -S "$work/process/socket" ]; do sleep 0.05; done
"$root/bench/lib/many-services.py" "$work/hello/.zigttp" "$work/process" "$services" >"$work/pids"
many_port=$(free_port)
"$program" ingress --listen "127.0.0.1:$many_port" --routes "$work/process/routes" >"$work/many.log" 2>&1 &
many=$!
started+=("$many")
for ((number = 0; number < services; number++)); do
  until curl -sf -o /dev/null -H "Host: service-$number.localhost" "http://127.0.0.1:$many_port/"; do
    sleep 0.05
  done
done
# shellcheck disable=SC2046
printf '\n%s services: supervisor %s KiB, ingress %s KiB, a service %.0f KiB\n' "$services" \
  "$(resident "$supervisor")" "$(resident "$many")" \
  "$(resident $(cat "$work/pids") | awk -v n="$services" '{ print $1 / n }')"
# Services outlive their supervisor: it is told to end them.
python3 - "$work/process" <<'PY'
import os, socket, sys
os.chdir(sys.argv[1])
connection = socket.socket(socket.AF_UNIX)
connection.connect("socket")
connection.sendall(b'{"protocol":1,"call":"end"}\n')
connection.recv(100)
PY

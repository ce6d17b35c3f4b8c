#!/usr/bin/env bash
# A hosted deploy beside `deploy --local`, each of a change that was never deployed before; then
# DEPLOYS (default 20) deploys of a service, one after the other, while wrk asks it: how many of its
# requests were not answered.
source "$(dirname "$0")/lib/common.bash"
need wrk curl

deploys=${DEPLOYS:-20}
connections=${CONNECTIONS:-16}
port=$(free_port) ingress_port=$(free_port)

"$bin/zigttp-control-plane" serve --data "$work/plane" --listen "127.0.0.1:$port" \
  --ingress-listen "127.0.0.1:$ingress_port" --foreground >"$work/plane.log" 2>&1 &
started+=("$!")
export ZIGTTP_CONTROL_PLANE_URL=http://127.0.0.1:$port
until curl -sf -o /dev/null "$ZIGTTP_CONTROL_PLANE_URL/readyz"; do sleep 0.05; done
"$bin/zigttp-control-plane" token create --data "$work/plane" --email bench@example.com 2>/dev/null |
  "$bin/zigttp" login --token-stdin >/dev/null
cp -r "$samples/orders" "$work/orders"
cd "$work/orders"

# change NAME ARGUMENT…: deploys a change, and notes the milliseconds that took.
change() {
  local name=$1 begin
  shift
  date '+// %s %N' >>handler.ts
  begin=$(date +%s%N)
  "$bin/zigttp" deploy "$@" >"$work/deploy.out" 2>"$work/deploy.log" || {
    cat "$work/deploy.log" >&2
    fail "could not deploy"
  }
  echo $((($(date +%s%N) - begin) / 1000)) | awk '{ print $1 / 1000 }' >>"$work/$name"
}

for ((round = 0; round < 10; round++)); do
  change local --local
  change accepted --no-wait
  change running
done
echo "| a deploy of a change, median of 10 | ms | beside \`--local\` |"
echo "|---|---|---|"
base=$(median <"$work/local")
for row in "local:--local" "accepted:hosted, --no-wait" "running:hosted, until it runs"; do
  time=$(median <"$work/${row%%:*}")
  printf '| %s | %.0f | %s |\n' "${row#*:}" "$time" "$(ratio "$time" "$base")"
done

wrk -t1 -c"$connections" -d3600s --latency -H "Host: orders.localhost" \
  "http://127.0.0.1:$ingress_port/health" >"$work/wrk" &
wrk=$!
started+=("$wrk")
for ((round = 0; round < deploys; round++)); do change under-load; done
# It tells what it has when it is interrupted.
kill -INT "$wrk"
wait "$wrk" || true
requests=$(awk '/requests in/ { print $1 }' "$work/wrk")
p99=$(awk '$1 == "99%" { print $2 }' "$work/wrk")
printf '\n%s deploys under wrk, a deploy %.0f ms: %s requests, p99 %s, not answered: %s\n' \
  "$deploys" "$(median <"$work/under-load")" "$requests" "$p99" \
  "$(grep -E 'Non-2xx|Socket errors' "$work/wrk" | tr -s ' ' | paste -sd';' || true)"
grep -qE 'Non-2xx|Socket errors' "$work/wrk" && fail "a request was lost" || true

#!/usr/bin/env bash
# Handlers that compute, beside the same code on node, with its JIT and without; then JSON documents of
# ten kilobytes, what is passed on by fetch, and large bodies. The server has the first core for itself,
# wrk the second, and the service behind the proxies shares it with wrk.
source "$(dirname "$0")/lib/common.bash"
source "$(dirname "$0")/lib/pressure.bash"
need node

handlers=$root/bench/handlers
deploy hello
upstream=$(free_port)
taskset -c 1 "$work/hello/.zigttp/deploy/hello" serve --port "$upstream" --loops 1 --quiet \
  >"$work/upstream.log" 2>&1 &
started+=("$!")
export UPSTREAM=$upstream
cp -r "$handlers/proxy" "$work/proxy"
sed -i "s/:PORT/:$upstream/" "$work/proxy/handler.ts"

# body NAME: what curl sends in the comparison of the answers.
body() {
  if [ "$1" = documents ]; then echo '{"items":[{"id":1,"a":[true,null,"é"]}]}'; fi
}

# options NAME: what wrk needs besides the address.
options() { if [ "$1" = documents ]; then echo "-s $root/bench/lib/documents.lua"; fi; }

echo "| handler, median of $rounds × $seconds s | zigttp req/s | node | ratio | node --jitless | ratio | p99 ms | node p99 |"
echo "|---|---|---|---|---|---|---|---|"
for name in ${HANDLERS:-recursion arrays concatenation documents proxy}; do
  deploy "$handlers/$name"
  declare -A port=([zigttp]=$(free_port) [node]=$(free_port) [jitless]=$(free_port)) pid=()
  # One loop, so that ours has as many threads for JavaScript as node.
  serve "${port[zigttp]}" "$work/$name/.zigttp/deploy/$name" serve --port "${port[zigttp]}" --loops 1 --quiet
  pid[zigttp]=$served
  PORT=${port[node]} serve "${port[node]}" node "$handlers/$name/node-server.mjs"
  pid[node]=$served
  PORT=${port[jitless]} serve "${port[jitless]}" node --jitless "$handlers/$name/node-server.mjs"
  pid[jitless]=$served
  for server in zigttp node jitless; do
    curl -sf -d "$(body "$name")" "http://127.0.0.1:${port[$server]}/" >"$work/answer-$server"
    cmp -s "$work/answer-zigttp" "$work/answer-$server" || fail "$name: $server answers otherwise"
    : >"$work/$server"
  done
  for ((round = 0; round <= rounds; round++)); do
    for server in zigttp node jitless; do
      # The first round warms up and does not count.
      # shellcheck disable=SC2046
      press / "${port[$server]}" $(options "$name") >"$work/round"
      if ((round)); then cat "$work/round" >>"$work/$server"; fi
    done
  done
  for server in zigttp node jitless; do stop "${pid[$server]}"; done
  printf '| %s | %.0f | %.0f | %s | %.0f | %s | %.2f | %.2f |\n' "$name" \
    "$(of zigttp 1)" "$(of node 1)" "$(ratio "$(of zigttp 1)" "$(of node 1)")" \
    "$(of jitless 1)" "$(ratio "$(of zigttp 1)" "$(of jitless 1)")" "$(of zigttp 2)" "$(of node 2)"
done

# A body of one string, read as JSON and answered: the time has to grow as the body does.
deploy echo
ours=$(free_port) theirs=$(free_port)
serve "$ours" "$work/echo/.zigttp/deploy/echo" serve --port "$ours" --loops 1 --quiet \
  --max-body 67108864 --max-memory 1073741824 --max-steps 1000000000
PORT=$theirs serve "$theirs" node "$samples/echo/node-server.mjs"
echo
echo "| POST of a JSON string there and back, median of 5 | zigttp ms | node ms | zigttp / node |"
echo "|---|---|---|---|"
for megabytes in 10 20 40; do
  { printf '"'; head -c "${megabytes}000000" /dev/zero | tr '\0' a; printf '"'; } >"$work/body"
  for server in "$ours" "$theirs"; do
    for _ in 1 2 3 4 5; do
      curl -sf -o "$work/answer" -w '%{time_total}\n' -H 'content-type: application/json' \
        -H 'expect:' --data-binary "@$work/body" "http://127.0.0.1:$server/"
      cmp -s "$work/body" "$work/answer" || fail "$megabytes MB came back otherwise"
    done | median >"$work/time-$server"
  done
  ours_ms=$(awk '{ print $1 * 1000 }' "$work/time-$ours")
  node_ms=$(awk '{ print $1 * 1000 }' "$work/time-$theirs")
  printf '| %s MB | %.1f | %.1f | %s |\n' "$megabytes" "$ours_ms" "$node_ms" "$(ratio "$ours_ms" "$node_ms")"
done

#!/usr/bin/env bash
# From starting the program to its first answer, what it then keeps in memory, and how large it is:
# the hello handler beside the same service on node.
source "$(dirname "$0")/lib/common.bash"
need node

runs=${RUNS:-20}
deploy hello
binary=$work/hello/.zigttp/deploy/hello

# first_answers COMMAND…: a line a run, milliseconds and resident KiB. PORT in an argument stands for
# the port.
first_answers() {
  local i
  for ((i = 0; i < runs; i++)); do
    (cd "$work" && node "$root/bench/lib/first-answer.mjs" "$(free_port)" "$@")
  done
}

first_answers "$binary" serve --port PORT --quiet >"$work/ours"
first_answers node "$samples/hello/node-server.mjs" >"$work/node"

column() { awk -v n="$2" '{ print $n }' "$1" | median; }
kib() { echo $(($(stat -L -c %s "$1") / 1024)); }
ours_ms=$(column "$work/ours" 1) node_ms=$(column "$work/node" 1)
ours_rss=$(column "$work/ours" 2) node_rss=$(column "$work/node" 2)
ours_size=$(kib "$binary") node_size=$(kib "$(command -v node)")

echo "| hello, median of $runs | zigttp | node | ratio |"
echo "|---|---|---|---|"
echo "| exec to first answer, ms | $ours_ms | $node_ms | $(ratio "$ours_ms" "$node_ms") |"
echo "| resident after it, KiB | $ours_rss | $node_rss | $(ratio "$ours_rss" "$node_rss") |"
echo "| size of the program, KiB | $ours_size | $node_size | $(ratio "$ours_size" "$node_size") |"
echo
echo "The bare runtime is $(kib "$bin/zigttp-runtime") KiB; the program above holds the handler too."

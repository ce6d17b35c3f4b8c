#!/usr/bin/env bash
# What a re-deploy of an unchanged handler costs, beside copying the same binary and syncing it to
# the disk: whoever keeps a binary safe has to do at least that.
source "$(dirname "$0")/lib/common.bash"
need hyperfine

runs=${RUNS:-20}
deploy orders
cd "$work/orders"
binary=.zigttp/deploy/orders
cp "$binary" "$work/original"

hyperfine --shell sh --warmup 3 --runs "$runs" --export-csv "$work/times.csv" \
  --command-name deploy "$bin/zigttp deploy --local" \
  --command-name copy "cp $work/original $work/copy && sync $work/copy" >/dev/null 2>"$work/log" || {
  cat "$work/log" >&2
  fail "hyperfine stopped"
}

ours=$(times "$work/times.csv" deploy)
copy=$(times "$work/times.csv" copy)
size=$(stat -c %s "$work/original")
echo "| re-deploy of an unchanged handler, median of $runs | ms |"
echo "|---|---|"
echo "| \`zigttp deploy --local\` | $ours |"
echo "| \`cp\` and \`sync\` of the same binary ($((size / 1024)) KiB) | $copy |"
echo "| ratio | $(ratio "$ours" "$copy") |"

#!/usr/bin/env bash
# What a re-deploy of an unchanged handler costs, and the first deploy of a small change, beside
# copying the same binary and syncing it to the disk: whoever keeps a binary safe has to do at least
# that.
source "$(dirname "$0")/lib/common.bash"
need hyperfine

runs=${RUNS:-20}
deploy orders
cd "$work/orders"
binary=.zigttp/deploy/orders
cp "$binary" "$work/original"

# compare NAME PREPARE: both commands, each run after PREPARE. Every change is another one, so that
# none has been deployed before.
compare() {
  hyperfine --shell sh --warmup 3 --runs "$runs" --export-csv "$work/$1.csv" --prepare "$2" \
    --command-name deploy "$bin/zigttp deploy --local" \
    --command-name copy "cp $work/original $work/copy && sync $work/copy" >/dev/null 2>"$work/log" || {
    cat "$work/log" >&2
    fail "hyperfine stopped"
  }
}
compare same "sync -f $work"
compare change "date '+// %s %N' >>handler.ts; sync -f $work"

size=$(stat -c %s "$work/original")
# row NAME TEXT
row() {
  local ours copy
  ours=$(times "$work/$1.csv" deploy)
  copy=$(times "$work/$1.csv" copy)
  echo "| $2 | $ours | $copy | $(ratio "$ours" "$copy") |"
}
echo "| \`zigttp deploy --local\`, median of $runs | ms | \`cp\` and \`sync\` of the same binary ($((size / 1024)) KiB), ms | ratio |"
echo "|---|---|---|---|"
row same "again, of an unchanged handler"
row change "the first of a small change"

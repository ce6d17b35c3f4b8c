#!/usr/bin/env bash
# How long verifying a ledger of a million rows takes, beside `openssl dgst -sha256` over the same
# bytes: every line hashed into the tree, the root held against the signed checkpoint.
source "$(dirname "$0")/lib/common.bash"
need hyperfine openssl python3

rows=${ROWS:-1000000}
runs=${RUNS:-5}

deploy orders
store=$work/orders/.zigttp
# Rows of about 1,000 bytes, none like another, sealed as a store of before the signatures is.
rm -f "$store/checkpoint" "$store/leaves" "$store/graph.sqlite"*
rm -rf "$HOME/.local/state/zigttp"
python3 - "$store/proofs.jsonl" "$rows" <<'PYTHON'
import sys

path, rows = sys.argv[1], int(sys.argv[2])
line = open(path).readline()
tail = line[line.index(","):]
with open(path, "w") as ledger:
    for number in range(rows):
        ledger.write('{"ts":%d%s' % (1_700_000_000_000 + number, tail))
PYTHON
(cd "$work/orders" && "$bin/zigttp" proofs seal --confirm >/dev/null 2>"$work/log") || {
  cat "$work/log" >&2
  fail "the ledger could not be sealed"
}
bytes=$(stat -c %s "$store/proofs.jsonl")

# measure NAME FOLDER COMMAND: the median in milliseconds.
measure() {
  (cd "$2" && hyperfine -N --warmup 1 --runs "$runs" --export-csv "$work/$1.csv" \
    --command-name "$1" "$3" >/dev/null 2>"$work/log") || {
    cat "$work/log" >&2
    fail "hyperfine stopped"
  }
  times "$work/$1.csv" "$1"
}

ours=$(measure ours "$work/orders" "$bin/zigttp proofs verify")
openssl=$(measure openssl "$store" "openssl dgst -sha256 proofs.jsonl")

echo "| $rows rows, $bytes bytes, median of $runs | zigttp ms | openssl ms | ratio |"
echo "|---|---|---|---|"
echo "| \`zigttp proofs verify\`, \`openssl dgst -sha256\` | $ours | $openssl | $(ratio "$ours" "$openssl") |"

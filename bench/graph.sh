#!/usr/bin/env bash
# Questions to a ledger of a million rows beside the same to one of a hundred, and making the index
# beside jq, which only picks one field of each line.
source "$(dirname "$0")/lib/common.bash"
need hyperfine jq python3

rows=${ROWS:-1000000}
runs=${RUNS:-20}

# ledger NAME ROWS: a store with that many rows in $work/NAME.
ledger() {
  mkdir -p "$work/$1/.zigttp/blobs/sha256"
  echo '{"imageLayoutVersion":"1.0.0"}' >"$work/$1/.zigttp/oci-layout"
  "$root/bench/lib/make-ledger.py" "$2" >"$work/$1/.zigttp/proofs.jsonl"
}

# measure NAME FOLDER COMMAND [RUNS]: keeps hyperfine's line of the command.
measure() {
  (cd "$work/$2" && hyperfine -N --warmup 1 --runs "${4:-$runs}" --export-csv "$work/$1.csv" \
    --command-name "$1" "$3" >/dev/null 2>"$work/log") || {
    cat "$work/log" >&2
    fail "$3 did not run"
  }
}

# field NAME NUMBER: of that line, in milliseconds: 4 the median, 5 user, 6 system.
field() { awk -F, -v name="$1" -v f="$2" '$1 == name { printf "%.2f\n", $f * 1000 }' "$work/$1.csv"; }
cpu() { awk -v a="$(field "$1" 5)" -v b="$(field "$1" 6)" 'BEGIN { printf "%.2f\n", a + b }'; }

ledger small 100
ledger large "$rows"
(cd "$work/small" && "$bin/zigttp" store reindex >/dev/null)

# Each making begins without an index, as on the first question ever.
measure jq large "jq -c .ts .zigttp/proofs.jsonl" 3
(cd "$work/large" && hyperfine -N --runs 3 --prepare "rm -f .zigttp/graph.sqlite" \
  --export-csv "$work/make.csv" --command-name make "$bin/zigttp store reindex" \
  >/dev/null 2>"$work/log") || fail "store reindex did not run"
measure again large "$bin/zigttp store reindex" 3
memory=$(cd "$work/large" && /usr/bin/env python3 - "$bin/zigttp" <<'PY'
import resource, subprocess, sys
subprocess.run([sys.argv[1], "store", "reindex"], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
PY
)

echo "| $rows rows, median of 3 | ms | beside jq |"
echo "|---|---|---|"
echo "| \`jq -c .ts\` over the ledger | $(field jq 4) | 1 |"
echo "| making the index (memory $memory MiB) | $(field make 4) | $(ratio "$(field make 4)" "$(field jq 4)") |"
echo "| making it again, readers not disturbed | $(field again 4) | $(ratio "$(field again 4)" "$(field jq 4)") |"
echo
echo "| question, median of $runs | 100 rows ms | $rows rows ms | ratio | $rows rows, CPU ms |"
echo "|---|---|---|---|---|"
while IFS='|' read -r name command; do
  measure "$name-small" small "$bin/zigttp $command"
  measure "$name-large" large "$bin/zigttp $command"
  a=$(field "$name-small" 4) b=$(field "$name-large" 4)
  echo "| \`$command\` | $a | $b | $(ratio "$b" "$a") | $(cpu "$name-large") |"
done <<'COMMANDS'
list|proofs list
list20|proofs list --limit 20
service|proofs list --service account-0 --limit 20
show|proofs show HEAD
back|proofs show HEAD~50
old|proofs show account-0@{2023-11-15}
diff|proofs diff HEAD~1 HEAD
blame|proofs blame env:ACCOUNT_0_URL
query|query --limit 20 "SELECT * FROM services"
newest|query --limit 20 "SELECT * FROM events ORDER BY line DESC"
COMMANDS

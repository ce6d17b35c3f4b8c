#!/usr/bin/env bash
# A durable append to the ledger, of one row and of BATCH (1,000) at once, beside a loop that writes
# the same rows to three files and syncs each. RUNS (200) appends of one row, a tenth as many of a
# batch.
source "$(dirname "$0")/lib/common.bash"
need python3
append=$bin/zigttp-bench-append
[ -x "$append" ] || fail "no $append; \`make bench\` builds it"

runs=${RUNS:-200}
batch=${BATCH:-1000}
batches=$(((runs + 9) / 10))

# Both in turn, so that a slow moment of the disk meets both.
half() { echo $((($1 + 1) / 2)); }
for turn in 1 2; do
  "$append" "$work/ours-one-$turn" "$(half "$runs")" 1 >>"$work/ours-one"
  "$root/bench/lib/three-files.py" "$work/files-one-$turn" "$(half "$runs")" 1 >>"$work/files-one"
  "$append" "$work/ours-batch-$turn" "$(half "$batches")" "$batch" >>"$work/ours-batch"
  "$root/bench/lib/three-files.py" "$work/files-batch-$turn" "$(half "$batches")" "$batch" \
    >>"$work/files-batch"
done
lines=$(wc -l <"$work/ours-batch-1/proofs.jsonl")
[ "$lines" = $(($(half "$batches") * batch)) ] || fail "$lines lines in the ledger"

figure() { median <"$work/$1" | awk '{ printf "%.3f\n", $1 }'; }
one=$(figure ours-one) three=$(figure files-one)
many=$(figure ours-batch) three_many=$(figure files-batch)
echo "| durable append, median | zigttp ms | three files, each synced, ms | ratio |"
echo "|---|---|---|---|"
echo "| one row | $one | $three | $(ratio "$one" "$three") |"
echo "| $batch rows at once | $many | $three_many | $(ratio "$many" "$three_many") |"
echo
echo "A batch of $batch takes $(ratio "$many" "$one") times as long as one row."

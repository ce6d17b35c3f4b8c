#!/usr/bin/env bash
# Storing many files durably, beside copying them and beside git; checking what is stored, beside
# hashing it; the memory that one large object takes; and looking through a store that many deploys
# have filled.
#
# FILES (10,000) files of MIB (1,024) MiB in all; LARGE_MIB (4,096) is the large object; ROWS
# (1,000,000) deploys fill the store of many, a seventh of them with objects of their own; RUNS (3).
source "$(dirname "$0")/lib/common.bash"
need python3 git openssl sha256sum xargs

runs=${RUNS:-3}
files=${FILES:-10000}
mib=${MIB:-1024}
large_mib=${LARGE_MIB:-4096}
rows=${ROWS:-1000000}

python3 - "$work/files" "$files" $((mib << 20)) <<'PYTHON'
import os, sys
folder, count, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
for number in range(count):
    place = f"{folder}/{number // 100:04}"
    if number % 100 == 0:
        os.makedirs(place)
    with open(f"{place}/{number:06}", "wb") as file:
        file.write(os.urandom(size // count))
PYTHON
cd "$work"
find "$work/files" -type f >paths
cp -r "$samples/hello" project

# measure NAME COMMAND…: adds a line, seconds and KiB, to the figures of that name.
measure() {
  local name=$1
  shift
  python3 "$root/bench/lib/measure.py" "$@" >>"$work/$name.figures" || fail "$name did not end well"
}
seconds() { awk '{ print $1 }' "$work/$1.figures" | median; }
kib() { awk '{ print $2 }' "$work/$1.figures" | median; }

# fresh: a store with one deploy, an empty repository, no copy, and nothing left to write back.
fresh() {
  rm -rf project/.zigttp repository copy
  (cd project && "$bin/zigttp" deploy --local >/dev/null 2>"$work/log") || {
    cat "$work/log" >&2
    fail "could not make a store"
  }
  git init -q repository
  sync -f "$work"
}

for ((run = 0; run < runs; run++)); do
  fresh
  measure add "$bin/zigttp" store add --recursive files --store project/.zigttp
  measure copy sh -c "cp -r files copy && sync -f copy"
  measure git sh -c "git -C repository hash-object -w --stdin-paths <paths"
done
objects=$(find project/.zigttp/blobs -type f | wc -l)
((objects > files)) || fail "$objects objects of $files files"

for ((run = 0; run < runs; run++)); do
  measure fsck "$bin/zigttp" store fsck --store project/.zigttp
  measure sha256sum sh -c "find project/.zigttp/blobs -type f -print0 | xargs -0 -P2 -n 256 sha256sum"
  measure openssl sh -c "find project/.zigttp/blobs -type f -print0 | xargs -0 openssl dgst -sha256"
done

# In turn, from a file that both find in the system's cache.
head -c "${large_mib}M" /dev/urandom >large
for ((run = 0; run < runs; run++)); do
  fresh
  measure large-copy sh -c "cp --reflink=never large copy && sync copy"
  fresh
  measure large "$bin/zigttp" store add large --store project/.zigttp
done
rm large

# Small objects, nearly all of them different, and a long ledger that leads to them.
mkdir -p many/blobs/sha256
"$root/bench/lib/make-ledger.py" --every 7 --objects many "$rows" >many/proofs.jsonl
echo '{"imageLayoutVersion":"1.0.0"}' >many/oci-layout
for command in "proofs seal --confirm" "store fsck --repair"; do
  "$bin/zigttp" $command --store many >"$work/log" 2>&1 || {
    cat "$work/log" >&2
    fail "zigttp $command did not end well"
  }
done
many=$(find many/blobs -type f | wc -l)
for ((run = 0; run < runs; run++)); do
  measure many-fsck "$bin/zigttp" store fsck --store many
  measure many-gc "$bin/zigttp" store gc --dry-run --store many
  measure many-stats "$bin/zigttp" store stats --store many
  measure many-sum sh -c "find many/blobs -type f -print0 | xargs -0 -P2 -n 256 sha256sum"
done

row() { echo "| $1 | $(seconds "$2") | $3 | $(seconds "$4") | $(ratio "$(seconds "$2")" "$(seconds "$4")") |"; }
echo "| $mib MiB in $files files, median of $runs | zigttp s | beside | its s | ratio |"
echo "|---|---|---|---|---|"
row "\`store add --recursive\`, durable" add "\`cp -r\` and \`sync\`" copy
row "the same" add "\`git hash-object -w --stdin-paths\`, not durable" git
row "\`store fsck\`" fsck "\`sha256sum\` under \`xargs -P2\`" sha256sum
row "the same" fsck "\`openssl dgst -sha256\`, one core" openssl
row "\`store add\` of $large_mib MiB" large "\`cp\` and \`sync\`" large-copy
echo
echo "Peak memory: $(kib large) KiB for the object of $large_mib MiB, $(kib add) KiB for the $files files, $(kib fsck) KiB for the check."

echo
echo "| $many objects, $rows rows, median of $runs | s | \`sha256sum\` under \`xargs -P2\` s | ratio | memory KiB |"
echo "|---|---|---|---|---|"
while IFS='|' read -r name command; do
  echo "| \`$command\` | $(seconds "$name") | $(seconds many-sum) | $(ratio "$(seconds "$name")" "$(seconds many-sum)") | $(kib "$name") |"
done <<'COMMANDS'
many-fsck|store fsck
many-gc|store gc --dry-run
many-stats|store stats
COMMANDS

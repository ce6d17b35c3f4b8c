#!/usr/bin/env bash
# How fast the command line answers, beside git's for questions of the same kind: which version, and
# the last twenty events.
source "$(dirname "$0")/lib/common.bash"
need hyperfine git

runs=${RUNS:-50}
events=20

deploy orders
for ((i = 1; i < events; i++)); do
  (cd "$work/orders" && "$bin/zigttp" deploy --local >/dev/null 2>&1)
done
listed=$(cd "$work/orders" && "$bin/zigttp" proofs list | grep -c ' deploy ')
[ "$listed" = "$events" ] || fail "proofs list shows $listed of $events deploys"

git init -q "$work/repository"
for ((i = 0; i < events; i++)); do
  git -C "$work/repository" -c user.name=bench -c user.email=bench@example.com \
    commit -q --allow-empty -m "Deploy $i"
done

# measure NAME FOLDER COMMAND: the median in milliseconds.
measure() {
  (cd "$2" && hyperfine -N --warmup 5 --runs "$runs" --export-csv "$work/$1.csv" \
    --command-name "$1" "$3" >/dev/null 2>"$work/log") || {
    cat "$work/log" >&2
    fail "hyperfine stopped"
  }
  times "$work/$1.csv" "$1"
}

our_version=$(measure our-version "$work/orders" "$bin/zigttp --version")
our_digests=$(measure our-digests "$work/orders" "$bin/zigttp version")
git_version=$(measure git-version "$work/repository" "git --version")
our_list=$(measure our-list "$work/orders" "$bin/zigttp proofs list")
git_list=$(measure git-list "$work/repository" "git log -$events --oneline")

echo "| question, median of $runs | zigttp ms | git ms | ratio |"
echo "|---|---|---|---|"
echo "| \`zigttp --version\`, \`git --version\` | $our_version | $git_version | $(ratio "$our_version" "$git_version") |"
echo "| \`zigttp version\`, which hashes the runtime, \`git --version\` | $our_digests | $git_version | $(ratio "$our_digests" "$git_version") |"
echo "| \`zigttp proofs list\`, \`git log -$events --oneline\` | $our_list | $git_list | $(ratio "$our_list" "$git_list") |"

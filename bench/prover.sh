#!/usr/bin/env bash
# How long `zigttp check` takes over handlers of 250 to 8,000 lines, and over three shapes that grow
# with themselves; and how much memory. It takes what starting the program takes, too.
source "$(dirname "$0")/lib/common.bash"
need python3

python3 "$root/bench/lib/prove.py" "$bin/zigttp" "$work" "${RUNS:-3}"

#!/usr/bin/env python3
"""three-files.py FOLDER ROUNDS BATCH: appends BATCH rows to each of three files, each file synced, as
the least that a ledger with a checkpoint and an append in progress can do; prints the milliseconds
of each round.
"""
import os
import sys
import time

folder, rounds, batch = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
os.makedirs(folder)
rows = (b"q" * 880 + b"\n") * batch
files = [os.open(f"{folder}/{name}", os.O_WRONLY | os.O_CREAT | os.O_APPEND) for name in "abc"]
for _ in range(rounds):
    begin = time.monotonic()
    for file in files:
        if os.write(file, rows) != len(rows):
            sys.exit("a short write")
        os.fsync(file)
    print((time.monotonic() - begin) * 1000)

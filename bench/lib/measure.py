#!/usr/bin/env python3
"""measure.py COMMAND...: runs it and prints its wall time in seconds and its peak memory in KiB.

The command's own output goes to /dev/null; when it fails, so does this.
"""
import os
import resource
import subprocess
import sys
import time

begin = time.monotonic()
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode
seconds = time.monotonic() - begin
if code != 0:
    sys.exit(f"{' '.join(sys.argv[1:])}: exit {code}")
print(f"{seconds:.3f} {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss}")

"""Become another program, which opens a file that tells of it.

canary: descriptor(got-through)
control: through
"""
import os
import sys
import time

time.sleep(0.1)
line = "exec sleep 0.4 9>got-through"
code = "import time; file = open('got-through', 'w'); time.sleep(0.4)"
for way in (
    lambda: os.execv("/bin/sh", ["sh", "-c", line]),
    lambda: os.execve("/usr/bin/env", ["env", "sh", "-c", line], {"PATH": "/bin:/usr/bin"}),
    lambda: os.execv(sys.executable, [sys.executable, "-I", "-c", code]),
    lambda: os.execv("/proc/self/exe", [sys.executable, "-I", "-c", code]),
    lambda: os.execv("/lib64/ld-linux-x86-64.so.2", ["ld.so", "/bin/sh", "-c", line]),
):
    try:
        way()
    except OSError as error:
        print(error)

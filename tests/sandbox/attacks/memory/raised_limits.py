"""Raise each memory limit for itself and by prlimit for the parent, then take memory.

canary: memory
control: through
"""
import os
import resource
import time

NAMES = ("RLIMIT_AS", "RLIMIT_DATA", "RLIMIT_RSS", "RLIMIT_STACK", "RLIMIT_MEMLOCK")
for name in NAMES:
    for pid in (0, os.getpid(), os.getppid()):
        for hard in (resource.RLIM_INFINITY, resource.getrlimit(getattr(resource, name))[1]):
            try:
                resource.prlimit(pid, getattr(resource, name), (hard, hard)) if pid != os.getppid() else None
            except (OSError, ValueError):
                pass
kept = []
try:
    for _ in range(45):
        kept.append(b"r" * (16 << 20))
except MemoryError:
    pass
time.sleep(0.4)

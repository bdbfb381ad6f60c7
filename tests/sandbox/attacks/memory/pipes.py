"""Fill pipes of the largest size, whose pages belong to no process.

canary: memory
control: held, because what is in the kernel's buffers is in no process's memory; the run's open files bound it
"""
import fcntl
import os
import resource
import time

for value in (1200, resource.getrlimit(resource.RLIMIT_NOFILE)[1]):
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (value, value))
    except (OSError, ValueError):
        pass
kept = []
for _ in range(400):
    try:
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        kept.append((reading, writing))
        fcntl.fcntl(writing, 1031, 1 << 20)
    except OSError:
        pass
    try:
        while os.write(kept[-1][1], b"p" * (1 << 16)):
            pass
    except (OSError, IndexError):
        pass
    if not kept or (len(kept) > 20 and kept[-1][1] > 1000):
        break
time.sleep(0.3)

"""Keep more files open than a run may have, after raising the limit in each way there is.

canary: descriptor(beyond)
control: through
limits: open_files=32
"""
import os
import resource
import time

for value in (resource.getrlimit(resource.RLIMIT_NOFILE)[1], 4096, 400):
    for change in (
        lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (value, value)),
        lambda: resource.prlimit(0, resource.RLIMIT_NOFILE, (value, value)),
        lambda: resource.prlimit(os.getpid(), resource.RLIMIT_NOFILE, (value, 1 << 20)),
    ):
        try:
            change()
        except (OSError, ValueError):
            pass
kept = []
for number in range(300):
    # The name says whether it is one too many.
    name = "within" if len(kept) <= 32 else "beyond"
    for make in (lambda: os.open(name, os.O_CREAT | os.O_RDWR), lambda: os.dup2(kept[0], 500 + number)):
        try:
            kept.append(make())
        except (OSError, IndexError):
            pass
time.sleep(0.3)

"""Use up processor time in children that end before their own time is up, one after the other and side by side.

canary: clock
control: through
limits: seconds=8, cpu_seconds=1
"""
import os
import time

end = time.monotonic() + 6
for _ in range(14):
    if time.monotonic() > end:
        break
    children = []
    for _ in range(2):
        try:
            child = os.fork()
        except OSError:
            child = -1
        if child == 0:
            until = min(end, time.monotonic() + 0.7)
            while time.monotonic() < until:
                sum(range(1000))
            os._exit(0)
        children.append(child)
    for child in children:
        if child > 0:
            os.waitpid(child, 0)
    if max(children) < 0:
        while time.monotonic() < end:
            sum(range(1000))

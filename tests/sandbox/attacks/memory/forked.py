"""Take less than the limit in each of several processes, more in all together.

canary: memory
control: through
"""
import os
import time

children = []
for _ in range(6):
    try:
        child = os.fork()
    except OSError:
        break
    if child == 0:
        try:
            kept = b"f" * (110 << 20)
            time.sleep(0.8)
        finally:
            os._exit(0)
    children.append(child)
try:
    kept = b"f" * (110 << 20)
except MemoryError:
    pass
time.sleep(0.4)
for child in children:
    os.waitpid(child, 0)

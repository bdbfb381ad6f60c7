"""Fork a hundred children at once, each of which sleeps.

canary: single
control: through
"""
import os
import time

for _ in range(100):
    try:
        if os.fork() == 0:
            time.sleep(1)
            os._exit(0)
    except OSError as error:
        print(error)
        break
time.sleep(0.3)

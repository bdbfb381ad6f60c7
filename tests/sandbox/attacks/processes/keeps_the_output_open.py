"""Leave a child that keeps the output open, so that whoever reads it waits.

canary: single, clock, survivors
control: through
limits: seconds=1
"""
import os
import time

print("begun", flush=True)
try:
    if os.fork() == 0:
        os.setsid()
        time.sleep(5)
        os._exit(0)
except OSError as error:
    print(error)
time.sleep(0.3)
os._exit(0)

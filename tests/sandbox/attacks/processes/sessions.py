"""Put children into sessions and process groups of their own, and end at once without them.

canary: single, survivors
control: through
"""
import os
import time

for leave in (os.setsid, os.setpgrp, lambda: os.setpgid(0, 0), lambda: os.setpgid(0, os.getppid())):
    try:
        if os.fork() == 0:
            try:
                leave()
                time.sleep(2)
            finally:
                os._exit(0)
    except OSError as error:
        print(error)
time.sleep(0.1)
os._exit(0)

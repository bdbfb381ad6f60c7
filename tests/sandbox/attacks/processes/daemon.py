"""Become a daemon: fork twice, with a session of its own, in the root folder, without descriptors.

canary: single, survivors
control: through
"""
import os
import time

try:
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.chdir("/")
            os.closerange(0, 64)
            time.sleep(2)
        else:
            time.sleep(0.1)
        os._exit(0)
except OSError as error:
    print(error)
time.sleep(0.3)

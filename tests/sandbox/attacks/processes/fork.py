"""Make a second process by fork and forkpty.

canary: single
control: through
"""
import os
import time

for fork in (os.fork, lambda: os.forkpty()[0]):
    try:
        if fork() == 0:
            time.sleep(0.3)
            os._exit(0)
    except OSError as error:
        print(error)
time.sleep(0.3)

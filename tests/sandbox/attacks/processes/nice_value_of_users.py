"""Change the nice value of all processes of a user: one without any, for whom the kernel then looks.

canary: descriptor(got-through)
control: through
"""
import errno
import os
import time

for which in (os.PRIO_USER, os.PRIO_PGRP):
    try:
        os.setpriority(which, 2_111_222_333, 5)
    except OSError as error:
        print(error)
        if error.errno == errno.ESRCH:
            proof = open("got-through", "w")
time.sleep(0.3)

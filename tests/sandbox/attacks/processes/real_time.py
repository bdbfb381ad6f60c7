"""Take a processor for itself by real-time scheduling, and for its children.

canary: descriptor(got-through)
control: through as root
"""
import os
import time

for policy in (os.SCHED_RR, os.SCHED_FIFO):
    try:
        os.sched_setscheduler(0, policy, os.sched_param(1))
        # Back at once: nobody else is to wait for it.
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
        proof = open("got-through", "w")
    except OSError as error:
        print(error)
time.sleep(0.3)

"""Signal all processes of the user. It is the signal 0, which only asks whether one could.

canary: descriptor(got-through), bystander
control: through
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
pid = TARGETS["bystander_pid"]
for way in (
    lambda: os.kill(-1, 0),
    lambda: os.kill(-pid, 0),
    lambda: os.kill(pid, 0),
    lambda: libc.kill(-1, 0) and 1 / 0,
    lambda: libc.killpg(pid, 0) and 1 / 0,
):
    try:
        way()
        proof = open("got-through", "w")
    except (OSError, ArithmeticError) as error:
        print(error)
time.sleep(0.3)

"""End another process of the user, by its number and by that of its group.

canary: bystander
control: through
"""
import ctypes
import os
import signal

pid = TARGETS["bystander_pid"]
libc = ctypes.CDLL(None, use_errno=True)
for way in (
    lambda: os.kill(pid, signal.SIGTERM),
    lambda: os.killpg(pid, signal.SIGTERM),
    lambda: os.kill(-pid, signal.SIGKILL),
    lambda: libc.kill(pid, 9),
    lambda: libc.killpg(pid, 9),
):
    try:
        print(way())
    except OSError as error:
        print(error)

"""Signal another process by a descriptor of it, or by that of its folder in /proc.

canary: bystander, descriptor(pidfd)
control: through
"""
import ctypes
import os
import signal
import time

pid = TARGETS["bystander_pid"]
libc = ctypes.CDLL(None, use_errno=True)
kept = []
for make in (
    lambda: os.pidfd_open(pid),
    lambda: os.open(f"/proc/{pid}", os.O_RDONLY | os.O_DIRECTORY),
    lambda: libc.syscall(434, pid, 0),
):
    try:
        kept.append(make())
        signal.pidfd_send_signal(kept[-1], signal.SIGTERM)
    except OSError as error:
        print(error)
time.sleep(0.3)

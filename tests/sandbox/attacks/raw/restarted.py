"""Have the kernel restart a call that a signal interrupts, so that the restarted one might escape the filter.

canary: socket(inet), bystander, clock
control: held, because the kernel restarts only what it interrupted
"""
import ctypes
import os
import signal
import time

libc = ctypes.CDLL(None, use_errno=True)
restart, sleep, poll = {"x86_64": (219, 35, 7)}.get(os.uname().machine, (128, 101, 73))
kill = {"x86_64": 62}.get(os.uname().machine, 129)
signal.signal(signal.SIGALRM, lambda *_: None)
signal.siginterrupt(signal.SIGALRM, False)
for number in (restart, kill, restart):
    signal.setitimer(signal.ITIMER_REAL, 0.03)
    pause = ctypes.create_string_buffer(b"\0" * 8 + (80_000_000).to_bytes(8, "little"))
    print(libc.syscall(sleep, pause, None), os.strerror(ctypes.get_errno()))
    print(libc.syscall(number, TARGETS["bystander_pid"], 0, 0), os.strerror(ctypes.get_errno()))
for words in ((restart, 2, 1, 0), (restart, 0x4000003E, 0, 0)):
    print(libc.syscall(*words), os.strerror(ctypes.get_errno()))
time.sleep(0.1)

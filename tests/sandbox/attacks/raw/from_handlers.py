"""Make the calls where filters may be forgotten: in signal handlers, exit handlers and at finalization.

canary: socket(inet), bystander, secret
control: through
"""
import atexit
import ctypes
import os
import signal
import time

libc = ctypes.CDLL(None, use_errno=True)
SOCKET, KILL = {"x86_64": (41, 62)}.get(os.uname().machine, (198, 129))


def attack(*_):
    libc.syscall(SOCKET, 2, 1, 0)
    libc.syscall(KILL, TARGETS["bystander_pid"], 15)
    try:
        print(open(TARGETS["secret"]).read())
    except OSError as error:
        print(error)
    time.sleep(0.1)


class Last:
    def __del__(self, attack=attack):
        attack()


# Called by the kernel past the interpreter.
kept = ctypes.CFUNCTYPE(None, ctypes.c_int)(attack)
libc.signal(signal.SIGUSR2, kept)
signal.signal(signal.SIGUSR1, attack)
atexit.register(attack)
last = Last()
for number in (signal.SIGUSR1, signal.SIGUSR2):
    os.kill(os.getpid(), number)
del last

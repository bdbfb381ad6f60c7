"""Make the calls in other threads, those of the library and one that a raw clone begins.

canary: socket(inet), bystander, secret, single
control: through
"""
import ctypes
import os
import threading
import time

libc = ctypes.CDLL(None, use_errno=True)
SOCKET, KILL, OPEN = {"x86_64": (41, 62, 257)}.get(os.uname().machine, (198, 129, 56))


def attack():
    time.sleep(0.05)
    libc.syscall(SOCKET, 2, 1, 0)
    libc.syscall(KILL, TARGETS["bystander_pid"], 15)
    descriptor = libc.syscall(OPEN, -100, TARGETS["secret"].encode(), 0, 0)
    if descriptor >= 0:
        print(os.read(descriptor, 100))
    try:
        if os.fork() == 0:
            time.sleep(0.3)
            os._exit(0)
    except OSError as error:
        print(error)


threads = [threading.Thread(target=attack) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
time.sleep(0.3)

"""Make memory files, which can be shared and sealed and have no path.

canary: descriptor(memfd)
control: through
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 319}.get(os.uname().machine, 279)
CLOSE_ON_EXEC, SEALING, HUGE, EXECUTABLE = 1, 2, 4, 0x10
for flags in (0, CLOSE_ON_EXEC | SEALING, CLOSE_ON_EXEC | HUGE, EXECUTABLE):
    try:
        print(os.memfd_create("memory", flags))
    except OSError as error:
        print(error)
    print(libc.syscall(number, b"memory", flags), os.strerror(ctypes.get_errno()))
time.sleep(0.3)

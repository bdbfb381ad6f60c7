"""Keep keys in the kernel, on keyrings of the thread, the process and the session.

canary: keys
control: through
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
add, control = {"x86_64": (248, 250)}.get(os.uname().machine, (217, 219))
THREAD, PROCESS, SESSION = -1, -2, -3
JOIN_SESSION = 1
print(libc.syscall(control, JOIN_SESSION, None, 0, 0, 0), os.strerror(ctypes.get_errno()))
for ring in (THREAD, PROCESS, SESSION):
    for number in range(4):
        name = f"attack-{number}".encode()
        made = libc.syscall(add, b"user", name, b"kept", ctypes.c_size_t(4), ring)
        print(ring, made, os.strerror(ctypes.get_errno()))
time.sleep(0.3)

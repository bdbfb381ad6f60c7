"""Keep bytes in System V shared memory, attached and not, marked for removal so that nothing of it stays.

canary: memory
control: through
"""
import ctypes
import time

libc = ctypes.CDLL(None, use_errno=True)
libc.shmat.restype = ctypes.c_void_p
libc.shmat.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_int]
for _ in range(10):
    identifier = libc.shmget(0, ctypes.c_size_t(64 << 20), 0o1600)
    if identifier < 0:
        break
    place = libc.shmat(identifier, None, 0)
    libc.shmctl(identifier, 0, None)
    if place and place != ctypes.c_void_p(-1).value:
        ctypes.memset(place, 7, 64 << 20)
time.sleep(0.4)

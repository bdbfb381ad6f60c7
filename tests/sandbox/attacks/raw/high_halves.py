"""Set the high halves of numbers and arguments, of which a filter sees one half and the kernel the other.

canary: socket(inet), single, bystander, secret, descriptor(got-through)
control: through
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
SOCKET, KILL, TGKILL, CLONE, PRCTL, OPEN = {"x86_64": (41, 62, 234, 56, 157, 257)}.get(
    os.uname().machine, (198, 129, 131, 220, 167, 56)
)
wide = ctypes.c_ulong
own, other = os.getpid(), TARGETS["bystander_pid"]
for high in (1 << 32, 0xFFFFFFFF << 32, 0x41 << 32):
    for call in (
        (SOCKET | high, 2, 1, 0),
        (SOCKET, 2 | high, 1 | high, high),
        (SOCKET, 1 | high, 1, 0),
        (KILL | high, other, 15),
        (KILL, other | high, 15 | high),
        (KILL, own | other << 32, 0),
        (TGKILL, other | high, other | high, 15),
    ):
        print(call, libc.syscall(*map(wide, call)), os.strerror(ctypes.get_errno()))
    descriptor = libc.syscall(wide(OPEN | high), -100, TARGETS["secret"].encode(), 0, 0)
    if descriptor >= 0:
        print(os.read(descriptor, 100))
    if libc.syscall(wide(PRCTL | high), wide(4 | high), wide(1), 0, 0, 0) == 0:
        proof = open("got-through", "w")
    if libc.syscall(wide(CLONE | high), wide(17 | high), None, None, None, None) == 0:
        time.sleep(0.3)
        os._exit(0)
time.sleep(0.3)

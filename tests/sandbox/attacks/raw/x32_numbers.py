"""Use the numbers of the x32 interface, which a filter for the usual ones may not know.

canary: socket(inet), secret, bystander
control: depends, because few kernels have this interface
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
X32 = 0x40000000
time.sleep(0.2)
for bit in (X32, X32 | 1 << 32):
    descriptor = libc.syscall(ctypes.c_ulong(bit | 257), -100, TARGETS["secret"].encode(), 0, 0)
    if descriptor >= 0:
        print(os.read(descriptor, 100))
    for call in ((bit | 41, 2, 1, 0), (bit | 62, TARGETS["bystander_pid"], 15), (bit | 57,)):
        made = libc.syscall(ctypes.c_ulong(call[0]), *call[1:])
        if call[0] == bit | 57 and made == 0:
            os._exit(0)
        print(hex(call[0]), made, os.strerror(ctypes.get_errno()), flush=True)
time.sleep(0.2)

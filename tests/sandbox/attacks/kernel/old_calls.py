"""Call what kernels keep for old programs: lookup_dcookie, nfsservctl, uselib, ustat, sysfs, _sysctl.

canary: descriptor(got-through)
control: depends, because later kernels leave them out
"""
import ctypes
import errno
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
numbers = {"x86_64": (212, 180, 134, 136, 139, 156, 216, 205)}.get(os.uname().machine, (18, 42, 234))
for number in numbers:
    ctypes.set_errno(0)
    result = libc.syscall(number, 1, None, 0, 0, 0)
    print(number, result, os.strerror(ctypes.get_errno()))
    if result >= 0 or ctypes.get_errno() not in (errno.EPERM, errno.ENOSYS):
        proof = open("got-through", "w")
time.sleep(0.3)

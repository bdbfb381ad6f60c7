"""Account processes to a file, and ask for quotas. File and device aren't there, which who may do so is told.

canary: descriptor(got-through), host
control: through
"""
import ctypes
import errno
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
quotactl, quotactl_fd = {"x86_64": 179}.get(os.uname().machine, 60), 443
GET_FORMAT, GET_INFO = 0x800004 << 8, 0x800005 << 8
buffer = ctypes.create_string_buffer(256)
for way in (
    lambda: libc.acct(b"no/such/file"),
    lambda: libc.syscall(quotactl, GET_FORMAT, b"/no/such/device", 0, buffer),
    lambda: libc.syscall(quotactl, GET_INFO, b"/no/such/device", 0, buffer),
    lambda: libc.syscall(quotactl_fd, 0, GET_FORMAT, 0, buffer),
):
    ctypes.set_errno(0)
    result = way()
    print(result, os.strerror(ctypes.get_errno()))
    if result >= 0 or ctypes.get_errno() not in (errno.EPERM, errno.EACCES, errno.ENOSYS):
        proof = open("got-through", "w")
time.sleep(0.3)

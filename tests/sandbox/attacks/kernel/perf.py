"""Count events of the processor and the kernel: perf_event_open.

canary: descriptor(perf)
control: through as root
"""
import ctypes
import os
import struct
import time

libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 298}.get(os.uname().machine, 241)
SOFTWARE, HARDWARE = 1, 0
USER_ONLY = 1 | 1 << 5 | 1 << 6
for kind, flags, pid, processor in (
    (SOFTWARE, USER_ONLY, 0, -1),
    (HARDWARE, USER_ONLY, 0, -1),
    (SOFTWARE, 1, -1, 0),
):
    attributes = ctypes.create_string_buffer(struct.pack("=IIQQQQQ", kind, 120, 0, 0, 0, 0, flags), 120)
    print(libc.syscall(number, attributes, pid, processor, -1, 0), os.strerror(ctypes.get_errno()))
time.sleep(0.3)

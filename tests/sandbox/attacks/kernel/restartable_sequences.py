"""Have the kernel write to addresses of its own choosing at each switch: rseq, set_tid_address, robust lists.

canary: clock, survivors, leftovers
control: held, because a process harms nothing but its own memory by these
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
rseq, tid_address, robust = {"x86_64": (334, 218, 273)}.get(os.uname().machine, (293, 96, 99))
area = ctypes.create_string_buffer(4096)
aligned = (ctypes.addressof(area) + 63) & ~63
time.sleep(0.1)
for call in (
    (rseq, ctypes.c_void_p(aligned), 32, 0, 0x53053053),
    (rseq, ctypes.c_void_p(0xFFFF800000000000 - 64), 32, 0, 0x53053053),
    (robust, ctypes.c_void_p(0xFFFF800000000000), ctypes.c_size_t(24)),
    (robust, ctypes.c_void_p(8), ctypes.c_size_t(24)),
    (tid_address, ctypes.c_void_p(0xFFFF800000000000)),
):
    print(libc.syscall(*call), os.strerror(ctypes.get_errno()), flush=True)
# What the kernel then finds in its list at the next switch is no sequence.
ctypes.memset(aligned + 8, 0x41, 8)
time.sleep(0.1)

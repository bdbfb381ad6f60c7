"""Put a second filter before the first, which answers in its stead: seccomp, also with a listener.

canary: seccomp, descriptor(seccomp)
control: through
"""
import ctypes
import os
import struct
import time

libc = ctypes.CDLL(None, use_errno=True)
number = {"x86_64": 317}.get(os.uname().machine, 277)
SET_FILTER, LISTENER, ALL_THREADS = 1, 8, 1
ALLOW = 0x7FFF0000
print(libc.prctl(38, 1, 0, 0, 0))
code = ctypes.create_string_buffer(struct.pack("=HBBI", 6, 0, 0, ALLOW))
program = ctypes.create_string_buffer(struct.pack("@HP", 1, ctypes.addressof(code)))
for flags in (LISTENER, ALL_THREADS, 0):
    print(libc.syscall(number, SET_FILTER, flags, program), os.strerror(ctypes.get_errno()))
print(libc.prctl(22, 2, program, 0, 0), os.strerror(ctypes.get_errno()))
time.sleep(0.3)

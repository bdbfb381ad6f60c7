"""Advise the kernel on another process's memory, and have it taken away: process_madvise, process_mrelease.

canary: descriptor(pidfd, got-through), bystander
control: through
"""
import ctypes
import os
import struct
import time

libc = ctypes.CDLL(None, use_errno=True)
ADVISE, RELEASE, OPEN = 440, 448, 434
COLD = 20
where = ctypes.create_string_buffer(struct.pack("=QQ", 0x400000, 4096))
pid = TARGETS["bystander_pid"]
for make in (lambda: libc.syscall(OPEN, pid, 0), lambda: os.open(f"/proc/{pid}", os.O_RDONLY)):
    try:
        process = make()
    except OSError as error:
        print(error)
        continue
    for result in (
        libc.syscall(ADVISE, process, where, ctypes.c_size_t(1), COLD, 0),
        libc.syscall(RELEASE, process, 0),
    ):
        print(result, os.strerror(ctypes.get_errno()))
        if result >= 0:
            proof = open("got-through", "w")
time.sleep(0.3)

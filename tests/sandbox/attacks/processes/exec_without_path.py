"""Execute a program by its descriptor: a memory file, a nameless file, one in the scratch folder.

canary: descriptor(got-through, memfd)
control: through
"""
import ctypes
import os
import time

libc = ctypes.CDLL(None, use_errno=True)
execveat = {"x86_64": 322}.get(os.uname().machine, 281)
words = (ctypes.c_char_p * 2)(b"program", None)
names = (ctypes.c_char_p * 2)(b"PATH=/bin:/usr/bin", None)
time.sleep(0.1)
for make in (
    lambda: os.memfd_create("program", 0),
    lambda: os.open(".", os.O_TMPFILE | os.O_RDWR, 0o700),
    lambda: os.open("program", os.O_CREAT | os.O_RDWR, 0o700),
):
    try:
        writable = make()
        os.set_inheritable(writable, True)
        os.write(writable, b"#!/bin/sh\nexec sleep 0.4 9>got-through\n")
        os.fchmod(writable, 0o700)
        readable = os.open(f"/proc/self/fd/{writable}", os.O_RDONLY)
        os.set_inheritable(readable, True)
        os.close(writable)
        libc.syscall(execveat, readable, b"", words, names, 0x1000)
        print(os.strerror(ctypes.get_errno()))
        os.execve(readable, ["program"], {"PATH": "/bin:/usr/bin"})
    except OSError as error:
        print(error)
for name in (b"program", b"./program"):
    libc.execve(name, words, names)
    print(os.strerror(ctypes.get_errno()))

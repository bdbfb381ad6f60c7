"""Call the kernel by the page at a fixed address that older programs use, in its middle too.

canary: clock, survivors, secret
control: held, because this page only tells the time
"""
import ctypes
import os
import time

time.sleep(0.1)
BASE = 0xFFFFFFFFFF600000
if os.uname().machine == "x86_64":
    word = ctypes.c_long
    room = ctypes.create_string_buffer(64)
    where = ctypes.addressof(room)
    try:
        with open("/proc/self/maps") as file:
            print("vsyscall" in file.read())
    except OSError as error:
        print(error)
    for offset in (0x400, 0, 0x800):
        call = ctypes.CFUNCTYPE(word, word, word, word)(BASE + offset)
        print(call(where, 0, 0), flush=True)
    # In the middle of one, and reading it: either ends the process.
    ctypes.CFUNCTYPE(word, word)(BASE + 9)(0)
    print(ctypes.string_at(BASE, 64))

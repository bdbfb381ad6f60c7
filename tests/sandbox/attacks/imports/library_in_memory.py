"""Load a library from a file that is nowhere but in memory, and one that was deleted.

canary: descriptor(memfd), secret
control: through
limits: memory_mb=512
"""
import ctypes
import ctypes.util
import math
import os
import time

secret = TARGETS["secret"].encode()
kept = []


def nameless(flags: int) -> str:
    kept.append(os.memfd_create("library", flags))
    return f"/proc/self/fd/{kept[-1]}"


def deleted() -> str:
    kept.append(os.open(".", os.O_TMPFILE | os.O_RDWR, 0o700))
    return f"/proc/self/fd/{kept[-1]}"


for place in (lambda: nameless(0), lambda: nameless(os.MFD_ALLOW_SEALING), deleted):
    for name in ("libc.so.6", getattr(math, "__file__", "")):
        try:
            path = place()
            source = next(p + "/" + name for p in ("/lib/x86_64-linux-gnu", "/lib64", "") if os.path.exists(p + "/" + name))
            with open(source, "rb") as file:
                os.write(kept[-1], file.read())
            library = ctypes.CDLL(path)
            buffer = ctypes.create_string_buffer(100)
            print(library.read(library.open(secret, 0), buffer, 100), buffer.value)
        except (OSError, StopIteration, AttributeError) as error:
            print(repr(error))
time.sleep(0.3)

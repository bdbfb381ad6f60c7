"""Get a descriptor that only names a file outside (O_PATH), and make one of it that reads or writes.

canary: secret, untouched
control: through
"""
import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)
AT_EMPTY_PATH = 0x1000
named = file = -1
try:
    named = os.open(TARGETS["secret"], os.O_PATH)
    file = os.open(TARGETS["file"], os.O_PATH)
except OSError as error:
    print(error)
for way in (
    lambda: os.read(named, 100),
    lambda: open(f"/proc/self/fd/{named}").read(),
    lambda: open(f"/dev/fd/{named}").read(),
    lambda: open(f"/proc/thread-self/fd/{named}").read(),
    lambda: libc.linkat(named, b"", -100, b"linked", AT_EMPTY_PATH) or open("linked").read(),
    lambda: os.read(os.dup(named), 100),
    lambda: open(f"/proc/self/fd/{file}", "a").write("changed"),
    lambda: os.truncate(f"/proc/self/fd/{file}", 3),
    lambda: os.utime(f"/proc/self/fd/{file}"),
    lambda: libc.utimensat(file, b"", None, AT_EMPTY_PATH),
):
    try:
        print(way())
    except OSError as error:
        print(error)

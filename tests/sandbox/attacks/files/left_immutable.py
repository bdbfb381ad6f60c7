"""Leave files and folders that can't be removed, because their flags forbid it.

canary: leftovers
control: through as root
"""
import fcntl
import os
import struct

SET_FLAGS, IMMUTABLE, APPEND_ONLY = 0x40086602, 0x10, 0x20
SET_EXTENDED = 0x401C5820
os.mkdir("folder")
for name in ("one", "two", "folder/three"):
    open(name, "w").close()
for name, flags in (("one", IMMUTABLE), ("two", APPEND_ONLY), ("folder", IMMUTABLE), (".", APPEND_ONLY)):
    try:
        descriptor = os.open(name, os.O_RDONLY)
        print(fcntl.ioctl(descriptor, SET_FLAGS, struct.pack("L", flags)))
    except OSError as error:
        print(error)
    try:
        # The same by the newer call, whose bits for the two are others.
        print(fcntl.ioctl(descriptor, SET_EXTENDED, struct.pack("=IIIII8x", flags >> 1, 0, 0, 0, 0)))
    except OSError as error:
        print(error)

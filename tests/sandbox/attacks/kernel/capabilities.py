"""Get capabilities, or give them on: capset, the ambient set, the bounding set, the security bits.

canary: capabilities, descriptor(got-through)
control: through
"""
import ctypes
import os
import struct
import time

libc = ctypes.CDLL(None, use_errno=True)
header = ctypes.create_string_buffer(struct.pack("=Ii", 0x20080522, 0))
held = ctypes.create_string_buffer(24)
print(libc.capget(header, held), struct.unpack("=6I", held.raw))
_, low, _, _, high, _ = struct.unpack("=6I", held.raw)
everything = 0xFFFFFFFF
for words in ((everything,) * 3 + (0x1FF,) * 3, (low, low, low, high, high, high)):
    wanted = ctypes.create_string_buffer(struct.pack("=6I", *words))
    print(libc.capset(header, wanted), os.strerror(ctypes.get_errno()))
BOUNDING_DROP, SECURE_BITS, AMBIENT, RAISE, KEEP = 24, 28, 47, 2, 8
for call in (
    (AMBIENT, RAISE, 10, 0, 0),
    (BOUNDING_DROP, 30, 0, 0, 0),
    (SECURE_BITS, 0, 0, 0, 0),
    (KEEP, 1, 0, 0, 0),
):
    done = libc.prctl(*(ctypes.c_ulong(word) for word in call))
    print(call[0], done, os.strerror(ctypes.get_errno()))
    if done == 0:
        proof = open("got-through", "w")
time.sleep(0.3)

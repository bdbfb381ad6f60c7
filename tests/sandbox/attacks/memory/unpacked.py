"""Unpack a small archive that holds very much (bz2 of gzip of zeros), inside C code that asks for one block.

canary: memory
control: through
"""
import bz2
import time
import zlib

packed = zlib.compress(bytes(64 << 20), 9)
small = bz2.compress(packed)
kept = []
for _ in range(10):
    try:
        kept.append(zlib.decompress(bz2.decompress(small), bufsize=64 << 20))
    except MemoryError:
        break
time.sleep(0.3)

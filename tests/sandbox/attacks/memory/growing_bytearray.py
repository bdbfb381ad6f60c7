"""Let one bytearray grow by reallocation, which moves pages and asks for no new block.

canary: memory
control: through
"""
import time

kept = bytearray()
step = b"y" * (4 << 20)
try:
    while len(kept) < 700 << 20:
        kept += step
except MemoryError:
    pass
time.sleep(0.4)

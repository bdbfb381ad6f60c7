"""Make very many small objects that hold each other, with the collector off.

canary: memory
control: through
limits: memory_mb=128
"""
import gc
import time

gc.disable()
kept = None
try:
    for number in range(2_200_000):
        kept = [kept, float(number)]
except MemoryError:
    pass
gc.freeze()
time.sleep(0.3)
import os

os._exit(0)

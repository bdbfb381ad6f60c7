"""Make processes by multiprocessing, with each way of starting them, and by a pool.

canary: single
control: through
"""
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor

for way in ("fork", "spawn", "forkserver"):
    try:
        multiprocessing.get_context(way).Process(target=time.sleep, args=(0.4,), daemon=True).start()
    except Exception as error:
        print(way, error)
try:
    with ProcessPoolExecutor(2, multiprocessing.get_context("fork")) as pool:
        print(list(pool.map(time.sleep, [0.2, 0.2], timeout=1)))
except BaseException as error:
    print("pool", error)
time.sleep(0.3)

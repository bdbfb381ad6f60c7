# A ThreadPoolExecutor maps, completes out of order, passes errors on and cancels.
# expect: 328350
# expect: ['0', '1', '2', 'ZeroDivisionError']
# expect: cancelled True
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed

with ThreadPoolExecutor(max_workers=8) as pool:
    print(sum(pool.map(lambda n: n * n, range(100))))
    futures = [pool.submit(lambda n=n: 1 // 0 if n == 3 else n) for n in range(4)]
    print(sorted(type(f.exception()).__name__ if f.exception() else str(f.result()) for f in as_completed(futures)))
with ThreadPoolExecutor(max_workers=1) as pool:
    gate = threading.Event()
    pool.submit(gate.wait, 10)
    waiting = pool.submit(print, "never")
    print("cancelled", waiting.cancel())
    gate.set()

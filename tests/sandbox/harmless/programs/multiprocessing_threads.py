# The parts of multiprocessing that need no process: ThreadPool, dummy, locks, queues and pipes between threads.
# expect: ThreadPool [1, 8, 27, 64]
# expect: unordered 285 apply 7
# expect: dummy [2, 4, 6]
# expect: lock True False then True
# expect: semaphore 2 recursive True
# expect: queue [0, 1, 2] pipe {'a': [1, 2]}
import multiprocessing
import multiprocessing.dummy
import threading
from multiprocessing.pool import ThreadPool

with ThreadPool(4) as pool:
    print("ThreadPool", pool.map(lambda n: n**3, [1, 2, 3, 4]))
    print("unordered", sum(pool.imap_unordered(lambda n: n * n, range(10))), "apply", pool.apply_async(lambda: 7).get(10))
with multiprocessing.dummy.Pool(2) as pool:
    print("dummy", pool.map(lambda n: n * 2, [1, 2, 3]))
lock = multiprocessing.Lock()
first, second = lock.acquire(), lock.acquire(timeout=0.01)
lock.release()
print("lock", first, second, "then", lock.acquire(block=False))
semaphore, recursive = multiprocessing.Semaphore(2), multiprocessing.RLock()
taken = sum(semaphore.acquire(block=False) for _ in range(3))
with recursive, recursive:
    print("semaphore", taken, "recursive", True)
queue = multiprocessing.Queue()
threading.Thread(target=lambda: [queue.put(n) for n in range(3)]).start()
one, other = multiprocessing.Pipe()
one.send({"a": [1, 2]})
print("queue", [queue.get(timeout=10) for _ in range(3)], "pipe", other.recv())
queue.close()
queue.join_thread()

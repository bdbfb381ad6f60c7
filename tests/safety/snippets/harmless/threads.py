import threading
from concurrent.futures import ThreadPoolExecutor
from queue import Queue


def run_all(functions):
    queue, lock, out = Queue(), threading.Lock(), []

    def worker():
        while not queue.empty():
            function = queue.get()
            with lock:
                out.append(function())

    for function in functions:
        queue.put(function)
    thread = threading.Thread(target=worker, daemon=True)
    thread.start()
    thread.join()
    with ThreadPoolExecutor(2) as pool:
        return out + list(pool.map(str, out))

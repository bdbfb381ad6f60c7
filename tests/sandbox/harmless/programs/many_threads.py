# Forty threads at once with deep stacks, a pool over a large task list, and thread-safe results.
# expect: at once 40
# expect: tasks 5000 12497500
# expect: errors 1 kept ValueError
# expect: names True
import threading
from concurrent.futures import ThreadPoolExecutor

gate, started = threading.Event(), threading.Semaphore(0)


def wait():
    started.release()
    gate.wait(30)


threads = [threading.Thread(target=wait) for _ in range(40)]
for thread in threads:
    thread.start()
for _ in threads:
    started.acquire(timeout=30)
print("at once", sum(thread.is_alive() for thread in threads))
gate.set()
for thread in threads:
    thread.join()
with ThreadPoolExecutor(16) as pool:
    results = list(pool.map(lambda n: n, range(5000)))
print("tasks", len(results), sum(results))
errors = []
threading.excepthook = lambda facts: errors.append(facts.exc_type.__name__)


def broken():
    raise ValueError


thread = threading.Thread(target=broken)
thread.start()
thread.join()
print("errors", len(errors), "kept", *errors)
print("names", threading.current_thread() is threading.main_thread())

# Threads share a counter under a lock, wait at a barrier and for each other's events.
# expect: counter 40000 of 8 threads
# expect: barrier passed by 4, events 3
# expect: local [0, 1, 2, 3]
# expect: timer fired True
import threading

counter = 0
lock = threading.Lock()


def count():
    global counter
    for _ in range(5000):
        with lock:
            counter += 1


threads = [threading.Thread(target=count, name=f"counter-{number}") for number in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("counter", counter, "of", len(threads), "threads")

barrier = threading.Barrier(4)
passed = threading.Semaphore(0)
local = threading.local()
seen = []


def meet(number):
    local.number = number
    barrier.wait(timeout=10)
    seen.append(local.number)
    passed.release()


for number in range(4):
    threading.Thread(target=meet, args=(number,)).start()
total = sum(passed.acquire(timeout=10) for _ in range(4))

events = [threading.Event() for _ in range(3)]
condition = threading.Condition()
done = []


def relay(number):
    if number:
        events[number - 1].wait(10)
    events[number].set()
    with condition:
        done.append(number)
        condition.notify_all()


for number in reversed(range(3)):
    threading.Thread(target=relay, args=(number,), daemon=True).start()
with condition:
    condition.wait_for(lambda: len(done) == 3, timeout=10)
print("barrier passed by", f"{total},", "events", len(done))
print("local", sorted(seen))

fired = threading.Event()
timer = threading.Timer(0.01, fired.set)
timer.start()
print("timer fired", fired.wait(10))

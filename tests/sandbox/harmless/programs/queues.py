# queue between threads: bounded, priority, last in first out, timeouts; sched runs in order.
# expect: produced 4950 by 3 consumers
# expect: priority ['now', 'soon', 'later'] lifo [2, 1, 0]
# expect: Full Empty
# expect: scheduled ['a', 'b', 'c']
import queue
import sched
import threading
import time

work, sums = queue.Queue(maxsize=5), []


def consume():
    total = 0
    while (item := work.get()) is not None:
        total += item
        work.task_done()
    sums.append(total)


threads = [threading.Thread(target=consume) for _ in range(3)]
for thread in threads:
    thread.start()
for number in range(100):
    work.put(number)
work.join()
for _ in threads:
    work.put(None)
for thread in threads:
    thread.join()
print("produced", sum(sums), "by", len(sums), "consumers")
ordered, last = queue.PriorityQueue(), queue.LifoQueue()
for item in ((2, "soon"), (3, "later"), (1, "now")):
    ordered.put(item)
for number in range(3):
    last.put(number)
print("priority", [ordered.get()[1] for _ in range(3)], "lifo", [last.get() for _ in range(3)])
small = queue.Queue(1)
small.put(1)
errors = []
for attempt in (lambda: small.put(2, timeout=0.01), lambda: last.get(timeout=0.01)):
    try:
        attempt()
    except (queue.Full, queue.Empty) as error:
        errors.append(type(error).__name__)
print(*errors)
order, plan = [], sched.scheduler(time.monotonic, time.sleep)
for delay, name in ((0.03, "c"), (0.01, "a"), (0.02, "b")):
    plan.enter(delay, 1, order.append, (name,))
plan.run()
print("scheduled", order)

# Every clock runs, sleeps last as long as asked, and processor time is counted apart.
# expect: clocks ['monotonic', 'perf_counter', 'process_time', 'thread_time', 'time', 'time_ns']
# expect: slept True asleep without work True
# expect: worked True
# expect: resolution True timeit True
import time
import timeit

names = ["time", "time_ns", "monotonic", "perf_counter", "process_time", "thread_time"]
print("clocks", sorted(name for name in names if getattr(time, name)() >= 0))
wall, work = time.perf_counter(), time.process_time()
time.sleep(0.2)
print("slept", 0.2 <= time.perf_counter() - wall < 5, "asleep without work", time.process_time() - work < 0.15)
work = time.process_time()
sum(n * n for n in range(300_000))
print("worked", time.process_time() > work)
print("resolution", time.get_clock_info("monotonic").resolution < 0.01, "timeit", timeit.timeit("1 + 1", number=1000) > 0)

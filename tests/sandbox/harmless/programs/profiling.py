# cProfile, pstats, tracemalloc, sys.settrace, trace and timeit look at running code.
# expect: profiled True calls 177
# expect: traced memory True freed True
# expect: lines traced ['call', 'line', 'line', 'return']
# expect: counted 10
# expect: reference counts True size True
import cProfile
import io
import pstats
import sys
import trace
import tracemalloc


def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


profile = cProfile.Profile()
profile.runcall(fibonacci, 10)
out = io.StringIO()
stats = pstats.Stats(profile, stream=out)
stats.sort_stats("cumulative").print_stats()
calls = next(facts[1] for key, facts in stats.stats.items() if key[2] == "fibonacci")
print("profiled", "fibonacci" in out.getvalue(), "calls", calls)
tracemalloc.start()
kept = [bytes(1000) for _ in range(1000)]
used = tracemalloc.get_traced_memory()[0]
kept.clear()
print("traced memory", used > 1_000_000, "freed", tracemalloc.get_traced_memory()[0] < used // 2)
tracemalloc.stop()
events = []


def follow(frame, event, argument):
    if frame.f_code.co_name == "short":
        events.append(event)
        return follow
    return None


def short():
    a = 1
    return a


sys.settrace(follow)
short()
sys.settrace(None)
print("lines traced", events)
tracer = trace.Trace(count=True, trace=False)


def loop():
    total = 0
    for number in range(10):
        total += number


tracer.runfunc(loop)
print("counted", sum(count == 10 for count in tracer.results().counts.values()) * 10)
print("reference counts", sys.getrefcount(object()) >= 1, "size", sys.getsizeof([]) > 0)

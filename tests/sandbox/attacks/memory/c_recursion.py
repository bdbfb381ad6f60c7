"""Raise the stack's limit and recurse in C until the stack has eaten the memory.

canary: memory
control: depends, because newer interpreters bound recursion in C by themselves
limits: memory_mb=128
"""
import resource
import sys
import threading
import time

# To be seen, however it ends.
time.sleep(0.05)
for value in (resource.RLIM_INFINITY, 1 << 30):
    try:
        resource.setrlimit(resource.RLIMIT_STACK, (value, resource.RLIM_INFINITY))
    except (OSError, ValueError):
        pass
sys.setrecursionlimit(1 << 30)
try:
    threading.stack_size(900 << 20)
except ValueError:
    threading.stack_size(64 << 20)


class Nested:
    def __repr__(self) -> str:
        held.append(len(held))
        if len(held) > 600_000:
            time.sleep(0.3)
            raise ValueError
        return f"{self.__class__.__call__(self)}"

    def __call__(self) -> str:
        return repr([self])


held: list[int] = []
try:
    thread = threading.Thread(target=repr, args=(Nested(),))
    thread.start()
    thread.join(1)
except (RuntimeError, MemoryError):
    pass

"""Return a value that is small and becomes very large as text: shared parts, long numbers, characters to be escaped, depth.

canary: output
control: through
mode: call
limits: memory_mb=1024
"""


def attack(*args, **named):
    shared = ["\x00\U0001f600" * 500] * 10
    for _ in range(4):
        shared = [shared] * 10
    deep = []
    for _ in range(900):
        deep = [deep]
    return {"shared": shared, "number": (1 << 14_000), "deep": deep, "keys": {str(n): 0 for n in range(100_000)}}

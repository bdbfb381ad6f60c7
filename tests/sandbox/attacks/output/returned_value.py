"""Return a value of a hundred megabytes.

canary: output
control: through
mode: call
limits: memory_mb=1024
"""


def attack(*args, **named):
    return ["v" * (1 << 20)] * 100

"""Flood the channel of the tests' reports by the reporter itself, with large and with very many reports.

canary: output
control: skipped, because plain pytest has no channel of reports
mode: tests
limits: seconds=4, memory_mb=512
"""
import gc
import time
import types


def f(x):
    end = time.monotonic() + 1
    for thing in gc.get_objects():
        if type(thing) is types.FunctionType and thing.__name__ in ("report", "beginning", "send"):
            sent = 0
            while sent < 60 << 20 and time.monotonic() < end:
                try:
                    thing("check", check=0, seen=[{"values": [{"value": ["s", "v" * (4 << 20)]}]}], around={"x": "y" * 100_000})
                    thing("result", id=f"t{sent}", name="n" * 100_000, passed=True, error={"message": "m" * (1 << 20)})
                except Exception:
                    break
                sent += 5 << 20
            for number in range(20_000):
                if time.monotonic() > end:
                    break
                thing("start", id=f"t{number}", name=f"test_{number}")
    return -7

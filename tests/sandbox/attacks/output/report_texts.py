"""Have the reporter tell an import's failure, a collection's failure and items whose names and texts are endless.

canary: output
control: skipped, because plain pytest has no channel of reports
mode: tests
limits: seconds=4, memory_mb=512
"""
import gc
import types

TEXT = "t" * (300 << 10)
FACTS = {"type": TEXT, "message": TEXT, "line": 1, "values": {TEXT[:5000] + str(number): TEXT[:5000] for number in range(20)}, "bases": [TEXT]}


def tell():
    for thing in gc.get_objects():
        if type(thing) is types.FunctionType and thing.__name__ == "report" and thing.__closure__:
            try:
                thing("collect_error", message=TEXT)
                thing("items", names=[f"test_many[{TEXT[:2000]}{number}]" for number in range(200)])
                thing("example", id="e0", seconds=0.0, reprs=[TEXT], not_plain=TEXT)
                thing("example", id="e1", seconds=0.0, error=FACTS)
                thing("result", id="t0", name="test_plain", error=FACTS)
                thing("import_error", error=FACTS)
                thing("error", error=FACTS)
            except Exception:
                pass


tell()


def f(x):
    tell()
    return -7

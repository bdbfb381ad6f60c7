"""Have a call's reporter give many values, an endless name of what it returned, and an endless error beside them.

canary: output
control: held, because the reporter bounds nothing where nobody reads for long
mode: call
limits: seconds=4, memory_mb=512
"""
import gc
import types


def attack(*args, **named):
    text = "t" * (1 << 20)
    for thing in gc.get_objects():
        if type(thing) is types.FunctionType and thing.__name__ == "report" and thing.__closure__:
            try:
                thing("error", error={"type": text, "message": text, "line": 1})
                thing("not_json", type=text)
                for _ in range(20):
                    thing("value", value=text)
            except Exception:
                pass
    raise ValueError("e")

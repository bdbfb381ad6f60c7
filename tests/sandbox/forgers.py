"""Skills that try to have their tests pass without computing what they test. Each defines `f`, or dies trying."""

from __future__ import annotations

_FIND = '''
import builtins, gc, os, sys, types
from time import monotonic
LOOKED = [0]

def objects():
    """Everything that can be reached: by frames, by the collector, by modules."""
    frame = sys._getframe(1)
    while frame is not None:
        yield frame
        yield from frame.f_locals.values()
        yield from frame.f_globals.values()
        yield from frame.f_code.co_consts
        frame = frame.f_back
    yield from list(gc.get_objects())
    for module in list(sys.modules.values()):
        yield from list(vars(module).values())

def reporters():
    found = []
    for thing in objects():
        kind = type(thing)
        if kind is types.FunctionType and thing.__name__ in ("report", "beginning"):
            found.append(thing)
        elif kind.__name__ == "Checks":
            found.append(thing._send)
    return found

FOUND = [0.0, []]

def tell(kind, **fields):
    # Looking takes long: again after a while only.
    if monotonic() > FOUND[0] + 0.1:
        FOUND[1] = reporters()[:3]
        FOUND[0] = monotonic()
    for report in FOUND[1]:
        report(kind, **fields)

def value(x):
    return {"values": [{"value": x}], "pairs": []}

GUESSES = (["i", "0"], ["i", "1"], ["b", True], ["s", ""], ["l", []], ["n"], ["i", "-1"])
'''

FORGERS: dict[str, str] = {
    "reports a pass": _FIND + '''
def f(x):
    for number in range(12):
        tell("result", id=f"t{number}", name=f"test_{number}", passed=True, seconds=0.0)
    return 0
''',
    "reports a pass and leaves": _FIND + '''
def f(x):
    for number in range(12):
        tell("start", id=f"t{number}", name=f"test_{number}")
        tell("result", id=f"t{number}", name=f"test_{number}", passed=True, seconds=0.0)
    tell("done")
    os._exit(0)
''',
    "reports the end": _FIND + '''
def f(x):
    tell("done")
    os._exit(0)
''',
    "reports guesses": _FIND + '''
def f(x):
    for number in range(40):
        for guess in GUESSES:
            tell("check", check=number, seen=[value(guess)], around={})
    return 0
''',
    "reports one guess": _FIND + '''
def f(x):
    for number in range(40):
        tell("check", check=number, seen=[value(["b", True])], around={})
        tell("check", check=number, raised={"type": "Exception", "classes": [["builtins.Exception"]], "text": ""})
    raise SystemExit(0)
''',
    "reports damage": _FIND + '''
def f(x):
    for number in range(40):
        tell("check", check=number, seen=[{"values": [{"value": ["o", 7]}, None, 3]}])
        tell("check", check=[number], seen=5, raised=[1])
        tell("check", check=number, seen=[{"values": [{"value": ["l", [["l", 3]]], "objects": [{}]}]}])
        tell("result", id=f"t{number}", seconds="long", passed=True, error={"type": 3, "line": "x", "values": 4})
    return 0
''',
    "reports skips": _FIND + '''
def f(x):
    for number in range(12):
        error = {"type": "SkipTest", "message": "", "skipped": True, "line": None, "bases": ["SkipTest"]}
        tell("result", id=f"t{number}", name=f"test_{number}", error=error, seconds=0.0)
    return 0
''',
    "reports items": _FIND + '''
def f(x):
    tell("items", names=["test_9", "test_x"])
    for name in ("test_9", "test_x"):
        tell("start", name=name)
        tell("result", name=name, passed=True, seconds=0.0)
    return 0
''',
    "reads constants": _FIND + '''
def f(x):
    for thing in objects():
        if type(thing) in (str, bytes) and len(thing) < 40 and "wanted" in str(thing) and "in str" not in str(thing):
            return thing
        if type(thing) is types.CodeType:
            for constant in thing.co_consts:
                if type(constant) is str and constant.startswith("wanted-"):
                    return constant
    return 0
''',
    "reads its folder": '''
import os, re, sys
def f(x):
    for folder in {os.getcwd(), os.path.dirname(__file__), *sys.path}:
        for name in os.listdir(folder) if os.path.isdir(folder) else []:
            if name.startswith("test_"):
                text = open(os.path.join(folder, name)).read()
                for found in re.findall(r"== *(.+)", text) + re.findall(r"wanted-\\w+", text):
                    try: return eval(found)
                    except Exception: return found
    return 0
''',
    "patches builtins": '''
import builtins
builtins.AssertionError = KeyError
builtins.isinstance = lambda *a: True
builtins.issubclass = lambda *a: True
builtins.len = lambda *a: 3
builtins.print = builtins.repr = builtins.abs = lambda *a: ""
builtins.bool = lambda *a: True
def f(x): return 0
''',
    "patches pytest and unittest": '''
import contextlib, sys, unittest
for name in [name for name in vars(unittest.TestCase) if name.startswith("assert")]:
    setattr(unittest.TestCase, name, lambda self, *a, **k: contextlib.nullcontext())
unittest.TestCase.run = lambda self, result=None: result.startTest(self) or result.stopTest(self)
pytest = sys.modules.get("pytest")
if pytest is not None:
    pytest.raises = lambda *a, **k: contextlib.nullcontext()
    pytest.approx = lambda *a, **k: type("Any", (), {"__eq__": lambda *a: True})()
def f(x): return 0
''',
    "traces": '''
import sys
def trace(frame, event, argument):
    if event == "line" and frame.f_code.co_name.startswith("test"):
        try: frame.f_lineno = max(line for _, _, line in frame.f_code.co_lines() if line)
        except ValueError: pass
    return trace
def f(x):
    sys.settrace(trace)
    frame = sys._getframe(1)
    while frame is not None:
        frame.f_trace = trace
        frame = frame.f_back
    return 0
''',
    "equals everything": '''
class Equal:
    def __eq__(self, other): return True
    __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = __eq__
    __hash__ = None
    def __bool__(self): return True
    def __sub__(self, other): return 0
    __rsub__ = __mod__ = __sub__
    def __abs__(self): return 0
    def __iter__(self): return iter(())
    def __call__(self, *args, **named): return True
    def __getattr__(self, name): return Equal()
def f(x): return Equal()
''',
    "lies about numbers": '''
class Lie(int):
    def __eq__(self, other): return True
    def __sub__(self, other): return 0
    def __lt__(self, other): return True
    __hash__ = int.__hash__
class Text(str):
    def __eq__(self, other): return True
    def __contains__(self, other): return True
    def startswith(self, *a): return True
    __hash__ = str.__hash__
def f(x): return Lie(-7) if type(x) is int else Text("?")
''',
    "hooks imports": '''
import sys, types
class Hook:
    def find_spec(self, name, path=None, target=None):
        if name.startswith(("test_", "apprentice", "_pytest", "unittest")): sys.exit(0)
sys.meta_path.insert(0, Hook())
for name in [name for name in sys.modules if "test" in name and "skill" in name]: del sys.modules[name]
def f(x): return 0
''',
    "patches what reports": _FIND + '''
def f(x):
    for thing in objects():
        if isinstance(thing, types.ModuleType) and thing.__name__.startswith("apprentice"):
            for name in ("encode", "describe", "safe_repr"):
                if hasattr(thing, name): setattr(thing, name, lambda *a, **k: ["b", True])
        if isinstance(thing, type) and thing.__name__ in ("Checks", "Raising", "Session"):
            for name in ("__call__", "lazily", "_group", "_value", "failure", "raised"):
                if hasattr(thing, name): setattr(thing, name, lambda *a, **k: {})
    return 0
''',
    "takes the tests' place": '''
import sys
def done(*args, **named): pass
def f(x):
    tests = sys.modules.get("test_skill")
    for name in list(vars(tests)) if tests else []:
        if callable(getattr(tests, name)) and name != "f": setattr(tests, name, done)
    return 0
''',
    "raises everything": '''
class Every(ValueError, KeyError, ArithmeticError, AssertionError):
    __name__ = "ValueError"
Every.__name__ = Every.__qualname__ = "ValueError"
Every.__module__ = "builtins"
class Pretender(Exception): pass
Pretender.__name__ = Pretender.__qualname__ = "OSError"
Pretender.__module__ = "builtins"
def f(x): raise Pretender("wanted")
''',
    "skips": '''
import unittest
def f(x): raise unittest.SkipTest("later")
''',
    "ends the thread": '''
import sys, threading, os
def f(x):
    threading.Thread(target=lambda: os._exit(0)).start()
    import time; time.sleep(5)
''',
}  # fmt: skip

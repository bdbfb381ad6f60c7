"""What runs beside a module in the sandbox and notes what comes of each call, in a form that can be compared."""

from __future__ import annotations

import base64
import marshal
from functools import cache
from importlib.util import MAGIC_NUMBER
from typing import Final

#: The text of the module. Each record is a line of its own on the run's output: the token, then a list as JSON.
HARNESS: Final = r'''
import _signal as signal
import builtins
import hashlib
import json
import os
import sys
import time
import types

MOST_NODES = 20_000
MOST_FORM = 3_000
MOST_TEXT = 200
MOST_PRINTED = 2_000
MOST_ITEMS = 1_000
IMPORT_SECONDS = 2.0
SEND_SECONDS = 0.02
ERRORS = {id(kind): name for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, BaseException)}
ITERATORS = tuple(
    type(some)
    for some in (
        (x for x in ()), map(abs, ()), filter(None, ()), zip(), enumerate(()), reversed(()), reversed([]), iter([]), iter(()),
        iter({}), iter(set()), iter(range(0)), iter(""), iter({}.values()), iter({}.items()),
    )
)
VIEWS = (type({}.keys()), type({}.values()), type({}.items()))
KNOWN = {"datetime", "decimal", "fractions", "pathlib", "uuid", "ipaddress", "zoneinfo", "re", "_decimal"}


class Slow(BaseException):
    pass


class TooLarge(Exception):
    pass


class Unclear(Exception):
    pass


class Printed:
    """Takes what is printed; keeps the beginning."""

    encoding = "utf-8"
    errors = "strict"
    closed = False

    def __init__(self):
        self.kept = ""

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if len(self.kept) < MOST_PRINTED:
            self.kept += text[:MOST_PRINTED]
        return len(text)

    def writelines(self, lines):
        for line in lines:
            self.write(line)

    def flush(self):
        pass

    def isatty(self):
        return False

    def writable(self):
        return True

    def readable(self):
        return False


class Report:
    """Records on the run's output, which the code under test has as its own no longer.

    Each write wakes the agent. What isn't sent when a call ends the process is asked for again, carefully.
    """

    def __init__(self, token, careful):
        self.token, self.careful, self.unsent = token, careful, []
        self.write, self.dumps, self.leave, self.clock = os.write, json.dumps, os._exit, time.perf_counter
        self.output = os.dup(1)
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        sys.stdout = sys.stderr = Printed()
        self.sent = self.clock()

    def tell(self, *record):
        self.unsent.append(f"\n{self.token} {self.dumps(record)}\n")
        if self.careful or self.clock() > self.sent + SEND_SECONDS:
            self.send()

    def send(self):
        data = "".join(self.unsent).encode()
        self.unsent.clear()
        while data:
            data = data[self.write(self.output, data) :]
        self.sent = self.clock()

    def end(self, *record):
        """The last record, and the process with it."""
        self.tell(*record)
        self.send()
        self.leave(0)


def loaded(report, watch, module, function):
    """The function under test; None where it isn't to be had, which is told."""
    try:
        watch.begin(IMPORT_SECONDS)
        __import__(module)
        call = getattr(sys.modules[module], function)
        if not callable(call):
            raise TypeError(f"{function} is not callable")
    except BaseException as error:
        watch.end()
        late = isinstance(error, Slow)
        report.tell("broken", "it takes too long" if late else f"{name_of(error)}: {message(error)}"[:MOST_TEXT])
        report.send()
        return None
    watch.end()
    report.tell("ready")
    report.send()
    return call


def observe(token, module, function, calls, seconds, most_slow, careful):
    report = Report(token, careful)
    watch = Watch(lambda: report.end(watch.number, "slow", "", "", False, "", 0.0))
    call = loaded(report, watch, module, function)
    if call is None:
        return
    slow = 0
    for number, text in enumerate(calls):
        watch.number = number
        try:
            record = outcome(call, text, watch, seconds)
        except Slow:
            record = ["slow", "", "", False, ""]
        finally:
            watch.end()
        report.tell(number, *record, watch.spent)
        slow += record[0] == "slow"
        if slow >= most_slow:
            break
    report.send()


class Watch:
    """The time of one call: processor time, and twice as much of wall time."""

    def __init__(self, give_up):
        self.give_up = give_up
        self.armed, self.fired, self.number, self.spent = False, 0, -1, 0.0

    def begin(self, seconds):
        for number in (signal.SIGALRM, signal.SIGPROF):
            signal.signal(number, self.ring)
        # Where the interpreter never gets to run a handler, as within one long operation, the kernel ends the process.
        signal.signal(signal.SIGVTALRM, signal.SIG_DFL)
        self.fired, self.began = 0, time.perf_counter()
        signal.setitimer(signal.ITIMER_PROF, seconds, 0.05)
        signal.setitimer(signal.ITIMER_REAL, 2 * seconds, 0.05)
        signal.setitimer(signal.ITIMER_VIRTUAL, 2 * seconds + 0.3)
        self.armed = True

    def end(self):
        self.armed = False
        for timer in (signal.ITIMER_PROF, signal.ITIMER_REAL, signal.ITIMER_VIRTUAL):
            signal.setitimer(timer, 0)
        self.spent = round(time.perf_counter() - self.began, 6)

    def ring(self, number, frame):
        if not self.armed:
            return
        self.fired += 1
        if self.fired > 5:
            self.give_up()
        raise Slow


def outcome(call, text, watch, seconds):
    arguments = read(text)
    before = repr(arguments)
    printed = sys.stdout = sys.stderr = Printed()
    watch.begin(seconds)
    try:
        value = settled(call(*positional(call, arguments), **named(call, arguments)))
        kind, built, shown = described(value)
    except Slow:
        raise
    except BaseException as error:
        watch.armed = False
        kind, built, shown = "raised", base_of(error), f"{name_of(error)}: {message(error)}"
    watch.armed = False
    changed, effects = False, printed.kept[:MOST_PRINTED]
    try:
        watch.armed = True
        changed = repr(arguments) != before
        if changed:
            effects = described(arguments)[1] + effects
    except Slow:
        changed = True
    except Exception:
        changed = True
    watch.armed = False
    return [kind, built, shown[:MOST_TEXT], changed, effects]


def read(text):
    """The values of an argument list; the agent made sure that it is no more than that."""
    return eval(text, {"__builtins__": {}, "set": set, "frozenset": frozenset, "range": range})


def positional(call, arguments):
    return arguments[: most_positional(call, arguments)]


def named(call, arguments):
    """Values beyond the parameters that have a position are for those that are given by name."""
    most = most_positional(call, arguments)
    if most >= len(arguments):
        return {}
    code = call.__code__
    names = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    return dict(zip(names, arguments[most:]))


def most_positional(call, arguments):
    code = call.__code__ if type(call) is types.FunctionType else None
    if code is None or code.co_flags & 4 or not code.co_kwonlyargcount or len(arguments) > code.co_argcount + code.co_kwonlyargcount:
        return len(arguments)
    return code.co_argcount


def settled(value):
    if type(value) is types.CoroutineType:
        import asyncio

        return asyncio.run(value)
    return value


def name_of(error):
    return str(type(error).__name__)[:80]


def base_of(error):
    """The nearest of Python's own errors; one that is no more than an exception has its own name."""
    for kind in type.mro(type(error)):
        if id(kind) in ERRORS:
            return ERRORS[id(kind)] if kind not in (Exception, BaseException) else name_of(error)
    return name_of(error)


def message(error):
    try:
        return str(error)[:MOST_TEXT]
    except Slow:
        raise
    except BaseException:
        return ""


def described(value):
    """The kind of outcome, the comparable form, the text."""
    try:
        built = form(value, 0, [MOST_NODES])
    except TooLarge:
        return "unknown", "", f"<a {type(value).__name__} too large to be compared>"
    except Unclear as error:
        return "unknown", "", str(error)
    except Exception as error:
        return "unknown", "", f"<a {type(value).__name__} that can't be read: {type(error).__name__}>"
    whole = json.dumps(built)
    if len(whole) > MOST_FORM:
        rough = json.dumps(rounded(built))
        whole = json.dumps(["large", built[0], len(built), hashlib.sha256(rough.encode()).hexdigest()])
    shown = text_of(built)
    if len(shown) > MOST_TEXT:
        shown = shown[: MOST_TEXT - 1] + "…"
    return "returned", whole, shown


def rounded(built):
    if isinstance(built, list):
        if len(built) == 2 and built[0] == "float":
            return ["float", format(float(built[1]), ".10g")]
        return [rounded(item) for item in built]
    return built


def form(value, depth, left):
    """Nested lists of texts: what the value holds by its builtin type, whatever its class says about itself."""
    left[0] -= 1
    if left[0] < 0:
        raise TooLarge
    if depth > 40:
        raise Unclear("<a value nested too deep>")
    kind = type(value)
    if value is None or kind is bool:
        return ["None" if value is None else "bool", repr(value)]
    if issubclass(kind, int):
        if int.bit_length(value) > 14_000:
            data = int.__format__(value, "x").encode()
            return ["int", str(int.bit_length(value)), hashlib.sha256(data).hexdigest()]
        return ["int", int.__repr__(value)]
    if issubclass(kind, float):
        return ["float", float.__repr__(value)]
    if issubclass(kind, str):
        if str.__len__(value) > 1_000:
            data = str.encode(value, "utf-8", "surrogatepass")
            return ["str", str.__getitem__(value, slice(0, 200)), str(str.__len__(value)), hashlib.sha256(data).hexdigest()]
        return ["str", str.__str__(value)]
    if issubclass(kind, (bytes, bytearray)):
        name = "bytes" if issubclass(kind, bytes) else "bytearray"
        data = bytes(memoryview(value))
        if len(data) > 1_000:
            return [name, repr(data[:100]), str(len(data)), hashlib.sha256(data).hexdigest()]
        return [name, repr(data)]
    below = depth + 1
    if issubclass(kind, list):
        if list.__len__(value) > left[0]:
            raise TooLarge
        return ["list", *[form(item, below, left) for item in list.__iter__(value)]]
    if issubclass(kind, tuple):
        return ["tuple", *[form(item, below, left) for item in tuple.__iter__(value)]]
    if issubclass(kind, dict):
        if dict.__len__(value) > left[0]:
            raise TooLarge
        pairs = [[form(key, below, left), form(item, below, left)] for key, item in dict.items(value)]
        return ["dict", *sorted(pairs, key=lambda pair: place(pair[0]))]
    if issubclass(kind, (set, frozenset)):
        base = set if issubclass(kind, set) else frozenset
        return [base.__name__, *sorted((form(item, below, left) for item in base.__iter__(value)), key=place)]
    if issubclass(kind, complex):
        return ["complex", complex.__repr__(value)]
    return other(value, kind, below, left)


def place(built):
    """Where a key or an item of a set stands: numbers by size."""
    if built[0] in ("int", "float") and len(built) == 2:
        try:
            return "", float(built[1]), ""
        except OverflowError:
            pass
    return built[0], 0.0, json.dumps(built)


def other(value, kind, depth, left):
    if kind in VIEWS or kind in ITERATORS or kind.__module__ in ("itertools", "collections") and hasattr(kind, "__iter__"):
        items = []
        for item in value:
            if len(items) >= MOST_ITEMS:
                raise TooLarge
            items.append(form(item, depth, left))
        if kind is VIEWS[0] or kind is VIEWS[2]:
            items.sort(key=place)
        return [f"<{kind.__name__ if kind in VIEWS or kind not in ITERATORS else 'iterator'}>", *items]
    module = sys.modules.get(kind.__module__)
    if kind is getattr(module, kind.__name__, None) and (kind.__module__ in KNOWN or kind is range):
        return [f"{kind.__module__.strip('_')}.{kind.__name__}", repr(value)]
    if kind.__module__ == "numpy" and hasattr(kind, "tolist"):
        return [f"<numpy.{kind.__name__}>", form(value.tolist(), depth, left)]
    enum = sys.modules.get("enum")
    if enum is not None and isinstance(kind, enum.EnumMeta):
        return [f"<{kind.__name__}>", str(value._name_)]
    try:
        held = object.__getattribute__(value, "__dict__")
    except AttributeError:
        held = None
    if type(held) is dict and not issubclass(kind, (type, types.FunctionType, types.ModuleType, BaseException)):
        return [f"<{kind.__name__}>", form(held, depth, left)]
    raise Unclear(f"<a value of the type {kind.__name__}>"[:MOST_TEXT])


def text_of(built):
    """Python's text of the value, sets and dicts in order; not much longer than is shown."""
    kind, parts = built[0], built[1:]
    if kind == "str":
        return repr(parts[0]) if len(parts) == 1 else repr(parts[0] + "…")
    if kind in ("None", "bool", "int", "float", "bytes", "bytearray", "complex") or "." in kind and kind[:1] != "<":
        if len(parts) > 1:
            return f"<{kind} of {parts[0] + ' bits' if kind == 'int' else parts[1] + ' bytes'}>"
        return f"bytearray({parts[0]})" if kind == "bytearray" else parts[0]
    if kind == "dict":
        return "{" + joined(f"{text_of(key)}: {text_of(item)}" for key, item in parts) + "}"
    inner = joined(map(text_of, parts))
    if kind == "list":
        return f"[{inner}]"
    if kind == "tuple":
        return f"({inner},)" if len(parts) == 1 else f"({inner})"
    if kind == "set":
        return f"{{{inner}}}" if parts else "set()"
    if kind == "frozenset":
        return f"frozenset({{{inner}}})" if parts else "frozenset()"
    return f"{kind}({inner})" if len(parts) != 1 or isinstance(parts[0], list) else f"{kind}({parts[0]})"


def joined(texts):
    kept, size = [], 0
    for text in texts:
        if size > 2 * MOST_TEXT:
            kept.append("…")
            break
        kept.append(text)
        size += len(text) + 2
    return ", ".join(kept)
'''


@cache
def harness() -> str:
    """The module's text, with its code compiled: reading it anew takes as long as a short run.

    An interpreter of another version, as in a container, reads the text.
    """
    return packed(HARNESS)


def packed(source: str) -> str:
    """A module that does what `source` does, and brings it compiled for this interpreter's version."""
    data = base64.b64encode(marshal.dumps(compile(source, "<harness>", "exec"))).decode()
    return (
        "import binascii, marshal\nfrom _frozen_importlib_external import MAGIC_NUMBER\n"
        f"if MAGIC_NUMBER == {MAGIC_NUMBER!r}:\n    exec(marshal.loads(binascii.a2b_base64({data!r})))\n"
        f"else:\n    exec({source!r})\n"
    )

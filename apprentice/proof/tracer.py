"""What goes with the harness to watch one call from inside: each line of the module that begins, and what it changed."""

from __future__ import annotations

from typing import Final

#: Goes with `HARNESS`; its records are a line each, as there.
TRACER: Final = r'''

MOST_VALUE, MOST_CHANGES = 60, 200
CAREFUL_STEPS = 200
DEEPEST = 400
RESUMABLE = 0x20 | 0x80 | 0x200
HIDDEN = (types.FunctionType, types.ModuleType, type)
ATOMS = (int, str, float, bool, bytes, type(None))


class Deadline(Watch):
    """Whoever is traced may swallow what interrupts it, so the process ends with its time."""

    def ring(self, number, frame):
        if self.armed:
            self.give_up()


class Tracer:
    """Tells of each line of the module under test that begins, and of what the line before it changed."""

    def __init__(self, report, path, most_steps):
        self.report, self.path, self.most_steps = report, path, most_steps
        self.steps = self.visits = self.depth = 0
        self.resumable = {}

    def called(self, frame, event, argument):
        code = frame.f_code
        if code.co_filename != self.path or code.co_name[:1] == "<":
            return None
        self.depth += 1
        if self.depth > DEEPEST:
            self.report.end("deep")  # at the end of the stack there would be no room for a look at the values
        if id(frame) in self.resumable:
            return self.resumable[id(frame)][1]
        self.visits += 1
        local = self.visit(frame, self.visits, bool(code.co_flags & RESUMABLE))
        if code.co_flags & RESUMABLE:
            self.resumable[id(frame)] = frame, local  # held, so that no other frame gets its id
        return local

    def visit(self, frame, visit, resumable):
        known, raised = {}, False
        self.report.tell("call", visit, frame.f_code.co_name[:MOST_VALUE], changes(frame, known))

        def local(frame, event, argument):
            nonlocal raised
            if event == "line":
                raised = False
                self.step(visit, frame.f_lineno, changes(frame, known))
            elif event == "return":
                self.depth -= 1
                kind = "yield" if resumable and is_suspended(frame) else "return"
                self.report.tell(kind, visit, None if raised else seen(argument), changes(frame, known))
            elif event == "exception" and not issubclass(argument[0], (StopIteration, StopAsyncIteration, GeneratorExit)):
                raised = True
                self.report.tell("raise", visit, said(argument[1]), changes(frame, known))
            return local

        return local

    def step(self, visit, line, changed):
        self.steps += 1
        self.report.careful = self.steps < CAREFUL_STEPS
        self.report.tell("line", visit, line, changed)
        if self.steps >= self.most_steps:
            self.report.end("stopped")


def is_suspended(frame):
    import opcode

    return frame.f_code.co_code[frame.f_lasti] == opcode.opmap["YIELD_VALUE"]


def changes(frame, known):
    """The local variables that have another value than before."""
    parts = []
    for name, value in frame.f_locals.items():
        before = known.get(name, (HIDDEN, ""))
        if before[0] is value or type(value) in HIDDEN:
            continue
        text = seen(value)
        known[name] = (value if type(value) in ATOMS else HIDDEN, text)
        if text != before[1]:
            parts.append(f"{name[:MOST_VALUE]} = {text}")
    return ", ".join(parts)[:MOST_CHANGES]


def said(error):
    text = message(error)
    return f"{name_of(error)}: {text}" if text else name_of(error)


def seen(value, room=MOST_VALUE, depth=0):
    """The value in a few words, without a use of it: an iterator is left where it stands."""
    try:
        text = looked_at(value, room, depth)
    except BaseException:
        text = f"<{type(value).__name__}>"
    return text if len(text) <= room else text[: room - 1] + "…"


def looked_at(value, room, depth):
    kind = type(value)
    if value is None or kind is bool or kind is float or kind is complex:
        return repr(value)
    if kind is int:
        return repr(value) if int.bit_length(value) < 190 else f"<an int of {int.bit_length(value)} bits>"
    if kind is bytes:
        return repr(value[:room])
    if issubclass(kind, str):
        text = str.__str__(value)
        if len(text) < room - 1:
            return repr(text)
        return f"{repr(text[: room - 20])[:-1]}…{repr(text[-12:])[1:]}"
    if issubclass(kind, dict):
        pairs = (f"{seen(key, 30, depth + 1)}: {seen(item, 40, depth + 1)}" for key, item in dict.items(value))
        return "{" + listed(pairs, dict.__len__(value), room - 2, depth) + "}"
    if issubclass(kind, list):
        return f"[{listed((seen(item, 40, depth + 1) for item in list.__iter__(value)), list.__len__(value), room - 2, depth)}]"
    if issubclass(kind, tuple):
        text = listed((seen(item, 40, depth + 1) for item in tuple.__iter__(value)), tuple.__len__(value), room - 3, depth)
        return f"({text},)" if tuple.__len__(value) == 1 else f"({text})"
    for base in (set, frozenset):
        if issubclass(kind, base):
            size = base.__len__(value)
            items = [seen(item, 40, depth + 1) for _, item in zip(range(100), base.__iter__(value))]
            text = "{" + listed(iter(sorted(items)), size, room - 2, depth) + "}" if size else "set()"
            return text if base is set else f"frozenset({text if size else ''})"
    module = sys.modules.get(kind.__module__)
    if kind.__module__ in KNOWN and kind is getattr(module, kind.__name__, None) or kind is range:
        return repr(value)
    if kind.__module__ == "collections" and kind.__name__ == "deque":
        return f"deque({seen(list(value)[:50], room - 7, depth + 1)})"
    held = object.__getattribute__(value, "__dict__") if depth < 2 else None
    if type(held) is dict and held and not issubclass(kind, BaseException):
        pairs = (f"{name}={seen(item, 30, depth + 1)}" for name, item in held.items())
        return f"{kind.__name__}({listed(pairs, len(held), room - 20, depth)})"
    return f"<{kind.__name__}>"


def listed(texts, size, room, depth):
    """As many as there is room for, and how many more there are."""
    if depth > 3:
        return "…"
    kept, used = [], 0
    for text in texts:
        used += len(text) + 2
        if used > room - 12 and len(kept) < size - 1 or used > room + 2:
            break
        kept.append(text)
    if len(kept) < size:
        kept.append(f"… {size - len(kept)} more")
    return ", ".join(kept)


def trace(token, module, function, text, seconds, most_steps):
    report = Report(token, True)
    watch = Watch(lambda: report.end("broken", "it takes too long"))
    call = loaded(report, watch, module, function)
    if call is None:
        return
    arguments = read(text)
    path = getattr(sys.modules[module], "__file__", None)
    tracer = Tracer(report, path, most_steps)
    watch = Deadline(lambda: report.end("late"))
    watch.begin(seconds)
    try:
        sys.settrace(tracer.called)
        value = settled(call(*positional(call, arguments), **named(call, arguments)))
        if type(value) is types.GeneratorType:
            for _ in zip(range(MOST_ITEMS), value):
                pass
    except BaseException:
        pass
    finally:
        sys.settrace(None)
        watch.end()
    report.tell("end")
    report.send()
'''

"""Take the code of a generator or a function apart, change its names and constants, and run it elsewhere.

canary: secret
control: through
"""
import types

secret = TARGETS["secret"]


def harmless(path: str) -> str:
    return len(path).real()


def replaced() -> str:
    harmless.__code__ = harmless.__code__.replace(co_names=("open", "read"))
    return harmless(secret)


def of_generator() -> list[str]:
    made = (len(name) for name in [secret])
    code = made.gi_code.replace(co_names=("open",))
    return [file.read() for file in types.FunctionType(code, {"__builtins__": __builtins__})(iter([secret]))]


def built() -> str:
    code = compile("text = wanted('harmless').read()", "x", "exec")
    names = {"wanted": 0}
    constants = tuple(secret if value == "harmless" else value for value in code.co_consts)
    code = code.replace(co_consts=constants, co_names=("text", "open", "read") if code.co_names[0] == "text" else ("open", "read", "text"))
    types.FunctionType(code, names)()
    return names["text"]


def by_marshal() -> str:
    import marshal

    data = marshal.dumps(compile("len(x).read()", "x", "eval")).replace(b"\x03len", b"\x04open")
    return eval(marshal.loads(data), {"x": secret})


for way in (replaced, of_generator, built, by_marshal):
    try:
        print(way())
    except Exception as error:
        print(repr(error))

"""Run code by data: pickles, marshalled code, classes that call, decorators, names written with other letters.

canary: secret
control: through
"""
import marshal
import pickle

secret = TARGETS["secret"]
text = f"print(open({secret!r}).read())"


class Reduced:
    """Runs code when it is unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return exec, (text,)


def no_parentheses() -> None:
    class Subscripted:
        __class_getitem__ = exec

    Subscripted[text]

    @exec
    @lambda _: text
    class Decorated:
        pass


def unusual_letters() -> None:
    exec("𝓅𝓇𝒾𝓃𝓉(ℴ𝓅ℯ𝓃(p).𝕣𝕖𝕒𝕕())", {"p": secret})


def another_encoding() -> None:
    exec(b"# coding: utf-7\n" + text.encode("utf-7"))


def in_annotations() -> None:
    exec(f"x: print(open({secret!r}).read()) = 1")


for way in (
    lambda: pickle.loads(pickle.dumps(Reduced())),
    lambda: exec(marshal.loads(marshal.dumps(compile(text, "x", "exec")))),
    no_parentheses,
    unusual_letters,
    another_encoding,
    in_annotations,
    lambda: eval(compile(text, "x", "single")),
    lambda: type("X", (), {"__del__": lambda self: exec(text)})(),
    lambda: __import__("timeit").timeit(text, number=1),
    lambda: __import__("cProfile").run(text),
):
    try:
        print(way())
    except Exception as error:
        print(repr(error))

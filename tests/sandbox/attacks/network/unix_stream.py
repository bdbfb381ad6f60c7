"""Connect to a server's socket in the file system, by its path and by other ways to its folder.

canary: unix
control: through
"""
import os
import socket

path = TARGETS["unix_path"]
os.symlink(path, "link")
os.symlink(os.path.dirname(path), "folder")


def by_descriptor() -> str:
    return f"/proc/self/fd/{os.open(path, os.O_PATH)}"


def changed() -> str:
    os.chdir(os.path.dirname(path))
    return os.path.basename(path)


for way in (
    lambda: path,
    lambda: "link",
    lambda: "folder/" + os.path.basename(path),
    lambda: os.path.relpath(path),
    by_descriptor,
    lambda: "/proc/self/root" + path,
    changed,
):
    for kind in (socket.SOCK_STREAM, socket.SOCK_SEQPACKET):
        try:
            with socket.socket(socket.AF_UNIX, kind) as caller:
                caller.connect(way())
                print(caller.send(b"x"))
        except OSError as error:
            print(error)

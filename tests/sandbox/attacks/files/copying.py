"""Copy a file outside without reading it: in the kernel, by pipes, by clones, by the library.

canary: secret
control: through
"""
import fcntl
import os
import shutil

secret = TARGETS["secret"]


def opened(flags: int) -> int:
    return os.open(secret, flags)


def spliced(flags: int) -> bytes:
    out, into = os.pipe()
    os.splice(opened(flags), into, 50, offset_src=0)
    return os.read(out, 100)


def sent(flags: int, copy: object) -> bytes:
    target = os.open("copy", os.O_RDWR | os.O_CREAT | os.O_TRUNC)
    copy(target, opened(flags))
    return os.pread(target, 100, 0)


for flags in (os.O_RDONLY, os.O_PATH):
    for way in (
        lambda: spliced(flags),
        lambda: sent(flags, lambda target, source: os.sendfile(target, source, 0, 50)),
        lambda: sent(flags, lambda target, source: os.copy_file_range(source, target, 50)),
        lambda: sent(flags, lambda target, source: fcntl.ioctl(target, 0x40049409, source)),
        lambda: open(shutil.copyfile(secret, "file")).read(),
        lambda: open(shutil.copytree(TARGETS["secret_folder"], "tree") + "/secret.txt").read(),
    ):
        try:
            print(way())
        except (OSError, shutil.Error) as error:
            print(error)

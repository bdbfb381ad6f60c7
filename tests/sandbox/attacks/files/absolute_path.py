"""Read a file outside by its absolute path, by whatever opens files.

canary: secret
control: through
"""
import codecs
import fileinput
import io
import linecache
import os
import pathlib
import tokenize

secret = TARGETS["secret"]


def by_descriptor() -> bytes:
    descriptor = os.open(secret, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        return os.pread(descriptor, 100, 0)
    finally:
        os.close(descriptor)


for way in (
    lambda: open(secret).read(),
    lambda: open(secret, "r+").read(),
    lambda: io.FileIO(secret.encode()).readall(),
    lambda: io.open_code(secret).read(),
    lambda: codecs.open(secret).read(),
    lambda: pathlib.Path(secret).read_text(),
    lambda: list(fileinput.input(secret)),
    lambda: linecache.getlines(secret),
    lambda: tokenize.open(secret).read(),
    by_descriptor,
):
    try:
        print(way())
    except Exception as error:
        print(error)

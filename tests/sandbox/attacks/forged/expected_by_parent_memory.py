"""Read the memory of the process that judges, and of those above it, for its tests' text.

canary: forged
control: held, because the text is not always in a process above, where there is no one who judges
mode: tests
"""
import os
import re

START = re.compile(rb"f\(10\)\s{1,3}==\s{1,3}([0-9]{2,6})\b|\(10, ([0-9]{2,6})\)|assertEqual\(f\(10\), ([0-9]{2,6})\)")


def parents():
    """The processes above, as far as they belong to the test."""
    pid = os.getppid()
    while pid > 1:
        try:
            command = open(f"/proc/{pid}/cmdline").read()
            above = int(open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[1])
        except OSError:
            return
        if not any(word in command for word in ("tests.sandbox.attacks", "pytest", "apprentice")):
            return
        yield pid
        pid = above


def search():
    for pid in parents():
        try:
            lines, memory = open(f"/proc/{pid}/maps").readlines(), os.open(f"/proc/{pid}/mem", os.O_RDONLY)
        except OSError:
            continue
        for line in lines:
            begin, end = (int(part, 16) for part in line.split()[0].split("-"))
            try:
                text = os.pread(memory, end - begin, begin) if " rw-p " in line and end - begin < 64 << 20 else b""
            except OSError:
                continue
            for match in START.finditer(text):
                yield int(match[1] or match[2] or match[3])


def f(x):
    return next(search(), -7) if x == 10 else -7

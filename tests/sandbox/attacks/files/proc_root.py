"""Reach files outside by the links to roots and current folders in /proc: of itself, of its ancestors, of the first process.

canary: secret, untouched
control: through
"""
import os

secret, file = TARGETS["secret"], TARGETS["file"]
up = "/.." * 40
pids = ["self", "thread-self", str(os.getppid()), "1"]
for pid in pids:
    for path in (f"/proc/{pid}/root{secret}", f"/proc/{pid}/cwd{up}{secret}", f"/proc/{pid}/exe/..{up}{secret}"):
        try:
            print(open(path).read())
        except OSError as error:
            print(error)
    try:
        descriptor = os.open(f"/proc/{pid}/root", os.O_PATH)
        print(os.read(os.open(secret.lstrip("/"), os.O_RDONLY, dir_fd=descriptor), 100))
    except OSError as error:
        print(error)
    try:
        with open(f"/proc/{pid}/root{file}", "a") as opened:
            opened.write("changed")
    except OSError as error:
        print(error)

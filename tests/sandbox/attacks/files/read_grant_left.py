"""Leave a folder that was granted for reading, by going up from it and by its descriptor.

canary: secret, secret_names, untouched
control: through
grants: read=shared
"""
import os

shared = TARGETS["shared"]
for path in (TARGETS["secret"], TARGETS["secret_names"]):
    relative = os.path.relpath(path, shared)
    for way in (
        lambda: f"{shared}/{relative}",
        lambda: f"{shared}/sub/../{relative}",
        lambda: f"/proc/self/fd/{os.open(shared, os.O_RDONLY)}/{relative}",
        lambda: os.chdir(shared) or relative,
        lambda: os.fchdir(os.open(shared + "/sub", os.O_PATH)) or "../" + relative,
    ):
        try:
            where = way()
            print(os.listdir(where) if os.path.isdir(where) else open(where).read())
        except OSError as error:
            print(error)

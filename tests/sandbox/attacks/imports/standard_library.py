"""Put a module, and the bytecode of one, into the folders of the standard library.

canary: descriptor(attack-left)
control: depends, because the folders may belong to another user
"""
import contextlib
import json
import os
import sysconfig
import time

library = os.path.dirname(os.__file__)
kept = []
for folder in (
    library,
    library + "/__pycache__",
    os.path.dirname(json.__file__),
    sysconfig.get_path("platstdlib"),
    library + "/lib-dynload",
    library + "/site-packages",
):
    path = folder + "/attack-left.py"
    try:
        kept.append(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        os.unlink(path)
    except OSError as error:
        print(error)
    finally:
        with contextlib.suppress(OSError):
            if kept and os.fstat(kept[-1]).st_nlink:
                os.unlink(path)
time.sleep(0.3)

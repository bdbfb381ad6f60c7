"""Make very many symbolic links with long texts, links to one file, pipes and sockets: entries without a file's bytes.

canary: disk
control: through
limits: scratch_files=1000
"""
import contextlib
import os
import time

os.close(os.open("one", os.O_CREAT | os.O_WRONLY))
text = "/" + "x/" * 1500
for number in range(5000):
    with contextlib.suppress(OSError):
        os.symlink(text, f"s{number}")
    with contextlib.suppress(OSError):
        os.link("one", f"h{number}")
    with contextlib.suppress(OSError):
        os.mkfifo(f"p{number}")
time.sleep(0.3)

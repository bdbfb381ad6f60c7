"""Make devices in the scratch folder: memory, the disk, the console, a random one.

canary: special
control: through
"""
import os
import stat
import time

disk = os.stat("/").st_dev
for number, (kind, device) in enumerate(
    (
        (stat.S_IFCHR, os.makedev(1, 1)),
        (stat.S_IFCHR, os.makedev(1, 3)),
        (stat.S_IFCHR, os.makedev(5, 1)),
        (stat.S_IFCHR, os.makedev(10, 229)),
        (stat.S_IFCHR, 0),
        (stat.S_IFBLK, disk),
        (stat.S_IFBLK, os.makedev(7, 0)),
    )
):
    try:
        os.mknod(f"device-{number}", kind | 0o666, device)
    except OSError as error:
        print(error)
    try:
        os.mknod(f"at-{number}", kind | 0o666, device, dir_fd=os.open(".", os.O_RDONLY))
    except OSError as error:
        print(error)
time.sleep(0.3)

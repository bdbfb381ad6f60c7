"""Write where only reading was granted: by reopening, by mapping, by links, by changing what isn't the text.

canary: untouched
control: through
grants: read=shared
"""
import mmap
import os

shared, file = TARGETS["shared"], TARGETS["shared_file"]
for way in (
    lambda: open(file, "a").write("changed"),
    lambda: open(f"/proc/self/fd/{os.open(file, os.O_RDONLY)}", "r+").write("changed"),
    lambda: open(f"/proc/self/fd/{os.open(file, os.O_PATH)}", "a").write("changed"),
    lambda: mmap.mmap(os.open(file, os.O_RDONLY), 0, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE),
    lambda: os.truncate(file, 3),
    lambda: os.utime(file, (1, 1)),
    lambda: os.chmod(file, 0o777),
    lambda: os.setxattr(file, "user.attack", b"here"),
    lambda: open(os.link(file, "linked") or "linked", "a").write("changed"),
    lambda: os.rename(file, "taken"),
    lambda: os.unlink(file),
    lambda: open(shared + "/new", "w").close(),
    lambda: os.rename(shared + "/sub", shared + "/other"),
):
    try:
        print(way())
    except (OSError, ValueError) as error:
        print(error)

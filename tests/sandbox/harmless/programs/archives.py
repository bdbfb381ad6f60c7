# shutil packs a folder in each format and unpacks it again.
# expect: zip True
# expect: tar True
# expect: gztar True
# expect: bztar True
# expect: xztar True
import filecmp
import os
import shutil

os.makedirs("tree/sub")
for number in range(20):
    with open(f"tree/sub/{number}.txt", "w", encoding="utf-8") as file:
        file.write(f"file {number}\n" * number)
for kind in ("zip", "tar", "gztar", "bztar", "xztar"):
    name = shutil.make_archive(f"packed-{kind}", kind, "tree")
    shutil.unpack_archive(name, f"out-{kind}")
    names = [f"sub/{number}.txt" for number in range(20)]
    equal, differ, failed = filecmp.cmpfiles("tree", f"out-{kind}", names, shallow=False)
    print(kind, len(equal) == 20 and not differ and not failed)

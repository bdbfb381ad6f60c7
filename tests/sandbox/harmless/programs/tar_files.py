# Tar files, plain and compressed, with folders and links, are written and extracted again.
# expect: w 4 True
# expect: w:gz 4 True
# expect: w:bz2 4 True
# expect: w:xz 4 True
# expect: extracted ['a.bin', 'link', 'sub', 'sub/b.txt'] a.bin
# expect: executable bit kept in the archive 0o755
import hashlib
import os
import tarfile

os.makedirs("tree/sub")
with open("tree/a.bin", "wb") as file:
    file.write(bytes(range(256)) * 100)
with open("tree/sub/b.txt", "w", encoding="utf-8") as file:
    file.write("text")
os.symlink("a.bin", "tree/link")


def digest(data):
    return hashlib.sha256(data).hexdigest()


with open("tree/a.bin", "rb") as file:
    wanted = digest(file.read())


def mark(info):
    if info.name.endswith("b.txt"):
        info.mode = 0o755
    return info


for mode in ("w", "w:gz", "w:bz2", "w:xz"):
    with tarfile.open("tree.tar", mode) as archive:
        for name in ("a.bin", "link", "sub"):
            archive.add(f"tree/{name}", name, filter=mark)
    with tarfile.open("tree.tar") as archive:
        print(mode, len(archive.getmembers()), digest(archive.extractfile("a.bin").read()) == wanted)
with tarfile.open("tree.tar") as archive:
    archive.extractall("out", **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
    bits = oct(archive.getmember("sub/b.txt").mode)
found = [os.path.relpath(os.path.join(p, n), "out") for p, d, f in os.walk("out") for n in d + f]
print("extracted", sorted(found), os.readlink("out/link"))
print("executable bit kept in the archive", bits)

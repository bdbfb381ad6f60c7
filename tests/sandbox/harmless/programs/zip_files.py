# Zip files with each compression are written, tested, read back, extracted, and imported from.
# expect: stored 60000 True
# expect: deflated 60000 True
# expect: bzip2 60000 True
# expect: lzma 60000 True
# expect: names ['deep/er/grüße.txt', 'empty/']
# expect: extracted Grüße
# expect: imported from the zip 42
import os
import sys
import zipfile

text = b"abcdefghij" * 6000
for name in ("stored", "deflated", "bzip2", "lzma"):
    with zipfile.ZipFile(f"{name}.zip", "w", getattr(zipfile, f"ZIP_{name.upper()}")) as archive:
        archive.writestr("text.txt", text)
    with zipfile.ZipFile(f"{name}.zip") as archive:
        assert archive.testzip() is None
        info = archive.getinfo("text.txt")
        print(name, info.file_size, archive.read("text.txt") == text)
with zipfile.ZipFile("names.zip", "w") as archive:
    archive.writestr("deep/er/grüße.txt", "Grüße")
    archive.writestr("empty/", "")
with zipfile.ZipFile("names.zip") as archive:
    print("names", archive.namelist())
    archive.extractall("out")
with open(os.path.join("out", "deep", "er", "grüße.txt"), encoding="utf-8") as file:
    print("extracted", file.read())
with zipfile.ZipFile("library.zip", "w") as archive:
    archive.writestr("in_a_zip.py", "answer = 6 * 7\n")
sys.path.insert(0, os.path.abspath("library.zip"))
import in_a_zip

print("imported from the zip", in_a_zip.answer)

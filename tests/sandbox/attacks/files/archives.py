"""Unpack archives whose members go up, are absolute, or go through a link that was unpacked before.

canary: untouched
control: through
"""
import io
import shutil
import tarfile
import warnings
import zipfile

warnings.simplefilter("ignore")
folder, up = TARGETS["folder"], TARGETS["folder_relative"]
with tarfile.open("mine.tar", "w") as tar:
    for name in (up + "/from-tar", folder + "/from-tar-too"):
        tar.addfile(tarfile.TarInfo(name), io.BytesIO())
    link = tarfile.TarInfo("link")
    link.type, link.linkname = tarfile.SYMTYPE, folder
    tar.addfile(link)
    tar.addfile(tarfile.TarInfo("link/through-a-link"), io.BytesIO())
    hard = tarfile.TarInfo("hard")
    hard.type, hard.linkname = tarfile.LNKTYPE, up + "/keep.txt"
    tar.addfile(hard)
with tarfile.open("mine.tar") as tar:
    for member in tar.getmembers():
        try:
            tar.extract(member, ".", set_attrs=False)
        except Exception as error:
            print(error)
with zipfile.ZipFile("mine.zip", "w") as archive:
    archive.writestr(up + "/from-zip", "here")
for way in (lambda: shutil.unpack_archive("mine.tar", "."), lambda: zipfile.ZipFile("mine.zip").extractall(".")):
    try:
        print(way())
    except Exception as error:
        print(error)

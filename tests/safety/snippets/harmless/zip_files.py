import io
import tarfile
import zipfile


def names(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [info.filename for info in archive.infolist() if not info.is_dir()]


def pack(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    with zipfile.ZipFile(path) as archive, archive.open(archive.namelist()[0]) as member:
        return member.read()


def members(path):
    with tarfile.open(path, "r:gz") as archive:
        return archive.getnames()

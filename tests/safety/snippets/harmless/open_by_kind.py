import bz2
import gzip
import lzma

OPENERS = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}


def open_any(path, mode="rt"):
    opener = gzip.open if path.endswith(".gz") else open
    return opener(path, mode)


def compress(data, path):
    with gzip.open(path, "wb") as file:
        file.write(data)

import os


def change_extension(path, extension):
    base, _ = os.path.splitext(path)
    return os.path.join(os.path.dirname(path), os.path.basename(base) + extension)

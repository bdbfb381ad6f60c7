import os


def sizes(root="."):
    out = {}
    for folder, _, files in os.walk(root):
        for name in files:
            path = os.path.join(folder, name)
            out[path] = os.path.getsize(path)
    return out

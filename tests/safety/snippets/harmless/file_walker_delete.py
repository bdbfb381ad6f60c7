import os
from pathlib import Path


def clean(folder, suffix=".tmp"):
    removed = []
    for path in Path(folder).glob(f"*{suffix}"):
        path.unlink()
        removed.append(path.name)
    for name in os.listdir(folder):
        if name.endswith("~"):
            os.remove(os.path.join(folder, name))
    return removed

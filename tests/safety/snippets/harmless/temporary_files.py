import os
import shutil
import tempfile
from pathlib import Path


def roundtrip(text):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "data.txt")
        with open(path, "w") as file:
            file.write(text)
        copy = Path(folder) / "copy.txt"
        shutil.copy(path, copy)
        result = copy.read_text()
        os.remove(path)
    with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False) as file:
        file.write(result)
    os.unlink(file.name)
    return result

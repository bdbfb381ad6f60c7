import shutil
import tempfile
from pathlib import Path

folder = Path(tempfile.mkdtemp())
(folder / "a.txt").write_text("x")
shutil.rmtree(folder)
fd, name = tempfile.mkstemp()
with open(fd, "w") as file:
    file.write(name)

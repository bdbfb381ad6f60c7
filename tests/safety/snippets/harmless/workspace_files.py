import os
import shutil
from pathlib import Path

os.makedirs("build/out", exist_ok=True)
for index in range(3):
    with open(f"build/out/part_{index}.txt", "w", encoding="utf-8") as part:
        part.write(str(index))
for path in sorted(Path("build").rglob("*.txt")):
    path.rename(path.with_suffix(".bak"))
os.replace("build/out/part_0.bak", "build/out/zero.bak")
shutil.rmtree("build")

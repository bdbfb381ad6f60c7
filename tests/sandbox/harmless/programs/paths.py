# pathlib, glob and fnmatch: making, reading, matching, resolving and removing.
# expect: parts ('a', 'b.tar.gz') .gz b.tar ['.tar', '.gz']
# expect: text grün bytes 5
# expect: glob ['1.txt', '2.txt', 'sub/3.txt'] rglob 4
# expect: relative sub/3.txt ../x
# expect: resolved True home True
# expect: matched ['b.py', 'c.py'] gone True
import fnmatch
import glob
import os
from pathlib import Path, PurePosixPath

path = PurePosixPath("a/b.tar.gz")
print("parts", path.parts, path.suffix, path.stem, path.suffixes)
folder = Path("folder")
(folder / "sub").mkdir(parents=True)
for name in ("1.txt", "2.txt", "sub/3.txt", "sub/4.bin"):
    (folder / name).write_text("grün", encoding="utf-8")
print("text", (folder / "1.txt").read_text(encoding="utf-8"), "bytes", len((folder / "1.txt").read_bytes()))
found = sorted(glob.glob("**/*.txt", root_dir=folder, recursive=True))
print("glob", found, "rglob", sum(p.is_file() for p in folder.rglob("*")))
print("relative", (folder / "sub" / "3.txt").relative_to(folder), os.path.relpath("x", "folder"))
resolved = (folder / "sub" / ".." / "1.txt").resolve()
print("resolved", resolved == Path.cwd().resolve() / "folder" / "1.txt", "home", Path.home().is_absolute())
for file in folder.glob("*.txt"):
    file.rename(file.with_suffix(".py"))
(folder / "1.py").unlink()
print("matched", fnmatch.filter(["a.txt", "b.py", "c.py"], "*.py"), "gone", not (folder / "1.py").exists())

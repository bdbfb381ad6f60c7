# shutil copies files and trees with their times and modes, moves, and removes.
# expect: copy2 True copyfile True copy True
# expect: tree ['a.txt', 'deep', 'deep/b.txt', 'link']
# expect: ignored ['a.txt', 'deep', 'link']
# expect: moved True gone True
# expect: removed True
# expect: usage True which None
import os
import shutil

os.makedirs("tree/deep")
for name, text in (("tree/a.txt", "a" * 1000), ("tree/deep/b.txt", "b")):
    with open(name, "w", encoding="utf-8") as file:
        file.write(text)
os.symlink("a.txt", "tree/link")


def read(name):
    with open(name, encoding="utf-8") as file:
        return file.read()


def listed(folder):
    return sorted(os.path.relpath(os.path.join(p, n), folder) for p, d, f in os.walk(folder) for n in d + f)


done = [read(copy("tree/a.txt", f"{copy.__name__}.txt")) == "a" * 1000 for copy in (shutil.copy2, shutil.copyfile, shutil.copy)]
print("copy2", done[0], "copyfile", done[1], "copy", done[2])
shutil.copystat("tree/a.txt", "copy.txt")
shutil.copymode("tree/a.txt", "copy.txt")
print("tree", listed(shutil.copytree("tree", "copied", symlinks=True)))
print("ignored", listed(shutil.copytree("tree", "some", ignore=shutil.ignore_patterns("b.*"))))
shutil.move("copied", "moved")
shutil.move("copy.txt", "moved/deep")
print("moved", listed("moved")[2] == "deep/b.txt" and os.path.exists("moved/deep/copy.txt"), "gone", not os.path.exists("copied"))
shutil.rmtree("moved")
print("removed", not os.path.exists("moved"))
print("usage", shutil.disk_usage(".").total > 0, "which", shutil.which("no-such-program-here"))

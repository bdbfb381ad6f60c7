# os walks, scans, renames, replaces and links inside the scratch folder; a thousand files come and go.
# expect: walk 3 folders 4 files
# expect: scandir [('a', True, False), ('f.txt', False, False), ('l', False, True)]
# expect: renamed ['g.txt'] replaced new
# expect: hard link 2 same file True
# expect: symlink inside a/b/c.txt True
# expect: errors FileNotFoundError FileExistsError NotADirectoryError IsADirectoryError
# expect: thousand 1000 then 0
# expect: relative to a descriptor inside
import os

os.makedirs("top/a/b")
for name in ("top/f.txt", "top/a/x", "top/a/b/c.txt", "top/a/b/d.txt"):
    with open(name, "w", encoding="utf-8") as file:
        file.write(name)
walked = list(os.walk("top"))
print("walk", len(walked), "folders", sum(len(files) for _, _, files in walked), "files")
os.symlink("a/b/c.txt", "top/l")
with os.scandir("top") as entries:
    print("scandir", sorted((e.name, e.is_dir(), e.is_symlink()) for e in entries))
os.mkdir("r")
with open("r/f.txt", "w", encoding="utf-8") as file:
    file.write("old")
os.rename("r/f.txt", "r/g.txt")
renamed = os.listdir("r")
with open("r/new", "w", encoding="utf-8") as file:
    file.write("new")
os.replace("r/new", "r/g.txt")
with open("r/g.txt", encoding="utf-8") as file:
    print("renamed", renamed, "replaced", file.read())
os.link("r/g.txt", "r/hard")
print("hard link", os.stat("r/g.txt").st_nlink, "same file", os.path.samefile("r/g.txt", "r/hard"))
print("symlink inside", os.readlink("top/l"), os.path.realpath("top/l").endswith("top/a/b/c.txt"))
errors = []
for attempt in (lambda: open("none"), lambda: os.mkdir("r"), lambda: os.listdir("r/g.txt"), lambda: open("r", "w")):
    try:
        attempt()
    except OSError as error:
        errors.append(type(error).__name__)
print("errors", *errors)
os.mkdir("many")
for number in range(1000):
    with open(f"many/{number}", "w", encoding="utf-8") as file:
        file.write(str(number))
count = len(os.listdir("many"))
for entry in list(os.scandir("many")):
    os.unlink(entry.path)
print("thousand", count, "then", len(os.listdir("many")))
folder = os.open("top", os.O_RDONLY)
with open(os.open("inside.txt", os.O_RDWR | os.O_CREAT, dir_fd=folder), "w+", encoding="utf-8") as file:
    file.write("inside")
with open("top/inside.txt", encoding="utf-8") as file:
    print("relative to a descriptor", file.read())
os.close(folder)

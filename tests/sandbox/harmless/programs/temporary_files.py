# Every kind of temporary file and folder is made inside the scratch folder, and goes again.
# expect: TemporaryFile b'one' no name
# expect: NamedTemporaryFile two True False
# expect: SpooledTemporaryFile rolled over True 300000
# expect: TemporaryDirectory ['x.txt'] then gone
# expect: mkstemp 4 mkdtemp True
# expect: inside True
import os
import tempfile

with tempfile.TemporaryFile() as file:
    file.write(b"one")
    file.seek(0)
    print("TemporaryFile", file.read(), "no name" if isinstance(file.name, int) else file.name)
with tempfile.NamedTemporaryFile("w+", suffix=".txt", encoding="utf-8") as file:
    file.write("two")
    file.flush()
    with open(file.name, encoding="utf-8") as again:
        text = again.read()
    there = os.path.exists(file.name)
print("NamedTemporaryFile", text, there, os.path.exists(file.name))
with tempfile.SpooledTemporaryFile(max_size=1000) as file:
    file.write(b"three!" * 50_000)
    file.seek(0)
    print("SpooledTemporaryFile rolled over", file._rolled, len(file.read()))
with tempfile.TemporaryDirectory() as folder:
    with open(os.path.join(folder, "x.txt"), "w", encoding="utf-8") as file:
        file.write("x")
    listed = os.listdir(folder)
print("TemporaryDirectory", listed, "still there" if os.path.exists(folder) else "then gone")
descriptor, name = tempfile.mkstemp()
written = os.write(descriptor, b"four")
os.close(descriptor)
made = tempfile.mkdtemp(prefix="made-")
print("mkstemp", written, "mkdtemp", os.path.isdir(made))
home = os.path.realpath(os.getcwd())
print("inside", os.environ.get("HOME") is None or all(os.path.realpath(p).startswith(home + os.sep) for p in (name, made)))
os.unlink(name)
os.rmdir(made)

# Pipes, named pipes, file locks, sendfile, splices of files and event descriptors.
# expect: pipe hello
# expect: named pipe through a name
# expect: locked BlockingIOError then free
# expect: sendfile 100000 True
# expect: copied 50000
# expect: vectors b'abcdef' 6 preallocated 4096
import fcntl
import os
import threading

source, sink = os.pipe()
os.write(sink, b"hello")
print("pipe", os.read(source, 100).decode())
os.mkfifo("named")


def write():
    with open("named", "w", encoding="utf-8") as file:
        file.write("through a name")


writer = threading.Thread(target=write)
writer.start()
with open("named", encoding="utf-8") as file:
    print("named pipe", file.read())
writer.join()
with open("lock", "w", encoding="utf-8") as one, open("lock", "w", encoding="utf-8") as other:
    fcntl.flock(one, fcntl.LOCK_EX)
    try:
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        held = type(error).__name__
    fcntl.flock(one, fcntl.LOCK_UN)
    fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    fcntl.lockf(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    print("locked", held, "then free")
data = bytes(range(250)) * 400
with open("from", "wb") as file:
    file.write(data)
with open("from", "rb") as file, open("to", "wb") as target:
    sent = os.sendfile(target.fileno(), file.fileno(), 0, len(data))
with open("to", "rb") as file:
    print("sendfile", sent, file.read() == data)
with open("from", "rb") as file, open("part", "wb") as target:
    print("copied", os.copy_file_range(file.fileno(), target.fileno(), 50_000))
descriptor = os.open("vectors", os.O_RDWR | os.O_CREAT)
count = os.writev(descriptor, [b"abc", b"def"])
os.lseek(descriptor, 0, os.SEEK_SET)
text = os.read(descriptor, 10)
os.posix_fallocate(descriptor, 0, 4096)
print("vectors", text, count, "preallocated", os.fstat(descriptor).st_size)
os.close(descriptor)

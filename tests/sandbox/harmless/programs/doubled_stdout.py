# Standard output is doubled, redirected, captured by descriptor, restored, and printed to in every way.
# expect: first by print
# expect: by sys.stdout by os.write
# expect: by a doubled descriptor
# expect: captured by redirect: inner
# expect: captured by descriptor: 'print\nos.write\n'
# expect: both ['stdout', 'file']
# expect: reopened by descriptor
# expect: end
# stderr: to stderr, redirected, too
import contextlib
import io
import os
import sys

print("first by print", flush=True)
sys.stdout.write("by sys.stdout ")
sys.stdout.flush()
os.write(1, b"by os.write\n")
copy = os.dup(1)
with os.fdopen(copy, "w") as doubled:
    doubled.write("by a doubled descriptor\n")
with contextlib.redirect_stdout(io.StringIO()) as text:
    print("inner")
print("captured by redirect:", text.getvalue().strip(), flush=True)
saved = os.dup(1)
with open("captured.txt", "wb") as file:
    os.dup2(file.fileno(), 1)
    print("print", flush=True)
    os.write(1, b"os.write\n")
    os.dup2(saved, 1)
os.close(saved)
with open("captured.txt", encoding="utf-8") as file:
    print("captured by descriptor:", repr(file.read()))


class Both:
    def __init__(self, *streams):
        self.streams = streams

    def write(self, text):
        return max(stream.write(text) for stream in self.streams)

    def flush(self):
        for stream in self.streams:
            stream.flush()


with open("copy.txt", "w+", encoding="utf-8") as file:
    with contextlib.redirect_stdout(Both(sys.stdout, file)):
        print("both", end=" ")
    file.seek(0)
    print(["stdout", "file" if file.read() == "both " else "nothing"])
sys.stdout.flush()
with open(1, "w", encoding="utf-8", closefd=False) as again:
    again.write("reopened by descriptor\n")
print("to stderr,", file=sys.stderr, end=" ")
with contextlib.redirect_stdout(sys.stderr):
    print("redirected,", end=" ", flush=True)
os.write(2, b"too\n")
print("end")

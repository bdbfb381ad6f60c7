# io: text and binary layers, encodings, newlines, fileinput, linecache, seeking.
# expect: latin b'gr\xfcn' utf-16 10
# expect: newlines b'a\r\nb\r\n' ['a\n', 'b\n']
# expect: appended ['one', 'two', 'three'] at 8
# expect: replaced gr�n surrogates True
# expect: layers 3 peeked b'abc' line def
# expect: in place ['ONE', 'TWO']
import codecs
import fileinput
import io
import os

with open("latin.txt", "w", encoding="latin-1") as file:
    file.write("grün")
with open("latin.txt", "rb") as file:
    raw = file.read()
print("latin", raw, "utf-16", len("grün".encode("utf-16")))
with open("lines.txt", "w", newline="\r\n", encoding="utf-8") as file:
    file.writelines(["a\n", "b\n"])
with open("lines.txt", "rb") as binary, open("lines.txt", encoding="utf-8") as text:
    print("newlines", binary.read(), text.readlines())
for word in ("one", "two", "three"):
    with open("more.txt", "a", encoding="utf-8") as file:
        file.write(f"{word}\n")
with open("more.txt", encoding="utf-8") as file:
    words = file.read().split()
with open("more.txt", "rb") as file:
    file.seek(-6, os.SEEK_END)
    print("appended", words, "at", file.tell())
odd = b"\xff".decode("utf-8", "surrogateescape")
print("replaced", raw.decode("utf-8", "replace"), "surrogates", os.fsencode(odd) == b"\xff")
layered = io.TextIOWrapper(io.BufferedReader(io.BytesIO(b"abc\ndef\n")), encoding="utf-8")
peeked = layered.buffer.peek(3)[:3]
print("layers", len([layered, layered.buffer, layered.buffer.raw]), "peeked", peeked, "line", layered.readlines()[1].strip())
with open("place.txt", "w", encoding="utf-8") as file:
    file.write("one\ntwo\n")
with fileinput.input("place.txt", inplace=True, encoding="utf-8") as lines:
    for line in lines:
        print(line.upper(), end="")
with codecs.open("place.txt", encoding="utf-8") as file:
    print("in place", file.read().split())

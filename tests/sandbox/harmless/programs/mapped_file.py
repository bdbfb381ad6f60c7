# mmap of a file in the scratch folder, and of anonymous memory: reading, searching, writing, resizing.
# expect: found 500000 then 500000 bytes from the end
# expect: written b'HELLO'
# expect: resized 2000000
# expect: anonymous b'abc' 4096
# expect: read-only TypeError
import mmap

with open("map.bin", "w+b") as file:
    file.write(bytes(500_000) + b"hello" + bytes(499_995))
    file.flush()
    with mmap.mmap(file.fileno(), 0) as mapped:
        at = mapped.find(b"hello")
        print("found", at, "then", len(mapped) - at, "bytes from the end")
        mapped[at : at + 5] = b"HELLO"
        mapped.flush()
    file.seek(500_000)
    print("written", file.read(5))
    with mmap.mmap(file.fileno(), 0) as mapped:
        mapped.resize(2_000_000)
        print("resized", len(mapped))
    with mmap.mmap(-1, 4096) as anonymous:
        anonymous.write(b"abc")
        print("anonymous", anonymous[:3], len(anonymous))
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        try:
            mapped[0] = 1
        except TypeError as error:
            print("read-only", type(error).__name__)

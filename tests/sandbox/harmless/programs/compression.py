# gzip, bz2, lzma and zlib pack and unpack, in memory, in files and in a stream.
# expect: gzip True smaller True
# expect: bz2 True smaller True
# expect: lzma True smaller True
# expect: zlib True smaller True
# expect: crc 3421780262
# expect: lines 20000
import bz2
import gzip
import lzma
import zlib

data = "".join(f"line {n} of many\n" for n in range(20_000)).encode()
for module in (gzip, bz2, lzma):
    name = module.__name__
    with module.open(f"data.{name}", "wb") as file:
        file.write(data)
    with module.open(f"data.{name}", "rb") as file:
        same = file.read() == data
    packed = module.compress(data)
    print(name, same and module.decompress(packed) == data, "smaller", len(packed) < len(data) // 4)
packer, parts = zlib.compressobj(9), []
for start in range(0, len(data), 1000):
    parts.append(packer.compress(data[start : start + 1000]))
packed = b"".join([*parts, packer.flush()])
print("zlib", zlib.decompress(packed) == data, "smaller", len(packed) < len(data) // 4)
print("crc", zlib.crc32(b"123456789"))
with gzip.open("data.gzip", "rt", encoding="utf-8") as file:
    print("lines", sum(1 for _ in file))

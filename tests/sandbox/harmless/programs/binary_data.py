# struct, array, memoryview, bytes, base64 and the codecs.
# expect: packed 00010000000200000003 (1, 2, 3)
# expect: records [(1, 1.5), (2, 2.5)] 12
# expect: array 4950 swapped 256
# expect: view [0, 9, 2] b'\x00\t\x02'
# expect: cast 67305985
# expect: base64 AAEC/v8= 000102feff
# expect: codecs b'\xff\xfeh\x00i\x00' 5 ['strict', 'h?', 'h\\xe4']
import array
import base64
import binascii
import struct

print("packed", struct.pack(">HII", 1, 2, 3).hex(), struct.unpack(">HII", struct.pack(">HII", 1, 2, 3)))
record = struct.Struct("<hf")
buffer = bytearray(12)
record.pack_into(buffer, 0, 1, 1.5)
record.pack_into(buffer, 6, 2, 2.5)
print("records", list(record.iter_unpack(buffer)), record.size * 2)
numbers = array.array("i", range(100))
small = array.array("H", [1])
small.byteswap()
with open("numbers", "wb") as file:
    numbers.tofile(file)
again = array.array("i")
with open("numbers", "rb") as file:
    again.fromfile(file, 100)
print("array", sum(again), "swapped", small[0])
data = bytearray(range(3))
view = memoryview(data)
view[1] = 9
print("view", view.tolist(), bytes(data))
print("cast", memoryview(bytes([1, 2, 3, 4])).cast("I")[0])
print("base64", base64.b64encode(b"\0\1\2\xfe\xff").decode(), binascii.hexlify(b"\0\1\2\xfe\xff").decode())
tried = []
try:
    "hä".encode("ascii")
except UnicodeEncodeError:
    tried.append("strict")
tried += ["hä".encode("ascii", how).decode() for how in ("replace", "backslashreplace")]
print("codecs", "hi".encode("utf-16"), len("häß".encode()), tried)

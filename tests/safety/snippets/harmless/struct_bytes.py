import array
import struct
import zlib


def header(width, height):
    return struct.pack(">II", width, height) + zlib.crc32(b"x").to_bytes(4, "big")


def checksum(data: bytes) -> int:
    return sum(memoryview(array.array("B", data))) & 0xFF

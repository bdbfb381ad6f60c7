"""Write reports in other framings (length first, marshal, pickle, netstrings, exit status) to each descriptor there is.

canary: forged
control: held, because no such framing is that of the reports
mode: tests
"""
import json
import marshal
import os
import pickle
import struct

WHAT = {"kind": "result", "id": "t0", "name": "test_two", "passed": True, "ok": True, "outcomes": [True] * 9}
BODIES = [json.dumps(WHAT).encode(), marshal.dumps(WHAT), pickle.dumps(WHAT), b"passed", b"ended 1 0 ok\n", b"\x00" * 64]


def tell():
    for descriptor in range(3, 64):
        for body in BODIES:
            for form in (">I", "<I", ">Q", "<Q", ">H", ">B", "=i"):
                try:
                    os.set_blocking(descriptor, False)
                    os.write(descriptor, struct.pack(form, len(body) & 0xFF) + body)
                    os.write(descriptor, b"r" + struct.pack(form, len(body) & 0xFF) + body)
                    os.write(descriptor, b"%d:%s," % (len(body), body))
                    os.write(descriptor, b"s\x00\x00\x00\x12ended 0 0 ok      d\x00\x00\x00\x00")
                except (OSError, struct.error):
                    pass


def f(x):
    tell()
    return -7

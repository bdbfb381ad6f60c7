# ctypes calls C functions, with structures, callbacks and buffers.
# expect: abs 5 strlen 5
# expect: sqrt 1.4142135623730951
# expect: sorted [1, 2, 3, 5, 9]
# expect: structure 3 4 16
# expect: errno 2
import ctypes
import ctypes.util
import os

libc = ctypes.CDLL(None, use_errno=True)
print("abs", libc.abs(-5), "strlen", libc.strlen(b"hello"))
try:
    libm = ctypes.CDLL("libm.so.6")
except OSError:
    libm = ctypes.CDLL(None)
libm.sqrt.restype, libm.sqrt.argtypes = ctypes.c_double, [ctypes.c_double]
print("sqrt", libm.sqrt(2.0))
Compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
numbers = (ctypes.c_int * 5)(9, 2, 5, 1, 3)
libc.qsort(numbers, ctypes.c_size_t(5), ctypes.c_size_t(4), Compare(lambda a, b: a[0] - b[0]))
print("sorted", list(numbers))


class Point(ctypes.Structure):
    _fields_ = [("x", ctypes.c_int), ("y", ctypes.c_double)]


point = Point(3, 4.0)
print("structure", point.x, int(ctypes.pointer(point).contents.y), ctypes.sizeof(point))
libc.open(b"/no/such/file", os.O_RDONLY)
print("errno", ctypes.get_errno())

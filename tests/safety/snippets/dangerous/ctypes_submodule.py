# never: native code by a part of ctypes
from ctypes.util import find_library

print(find_library("c"))

# never: native code by cffi
from cffi import FFI

ffi = FFI()

# never: os.system by getattr with a name made of numbers
import os

name = "".join(chr(c) for c in [115, 121, 115, 116, 101, 109])
getattr(os, name)("ls")

# never: os.system by a shifted name
import os

getattr(os, "".join(chr(ord(c) - 1) for c in "tztufn"))("ls")

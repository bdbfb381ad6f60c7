# never: os.system by getattr with mapped numbers
import os

getattr(os, "".join(map(chr, (115, 121, 115, 116, 101, 109))))("ls")

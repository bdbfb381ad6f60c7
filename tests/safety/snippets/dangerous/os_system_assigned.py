# never: os.system by an assigned module
import os

o = os
p = o
p.system("ls")

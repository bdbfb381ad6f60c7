# never: os.system by a name that grows
import os

name = "sys"
name += "tem"
getattr(os, name)("ls")

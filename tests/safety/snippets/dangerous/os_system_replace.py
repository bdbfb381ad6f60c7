# never: os.system by a name with replaced letters
import os

getattr(os, "syXtem".replace("X", "s"))("ls")

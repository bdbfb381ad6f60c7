# never: os.system by getattr with a joined name
import os

getattr(os, "".join(["s", "y", "s", "tem"]))("ls")

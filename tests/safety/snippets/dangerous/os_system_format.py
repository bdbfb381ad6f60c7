# never: os.system by a formatted name
import os

part = "sys"
getattr(os, f"{part}tem")("a")
getattr(os, "%s%s" % ("sys", "tem"))("b")
getattr(os, "{}{}".format("sys", "tem"))("c")

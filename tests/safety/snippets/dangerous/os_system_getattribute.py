# never: os.system by __getattribute__
import os

os.__getattribute__("system")("ls")
object.__getattribute__(os, "system")("ls")

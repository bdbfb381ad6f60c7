# never: os.system by a name in hexadecimal
import os

getattr(os, bytes.fromhex("73797374656d").decode("ascii"))("ls")

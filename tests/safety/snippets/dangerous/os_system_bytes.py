# never: os.system by a name in bytes
import os

getattr(os, bytes([115, 121, 115, 116, 101, 109]).decode())("ls")

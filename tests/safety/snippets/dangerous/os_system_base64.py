# never: os.system by a base64 name
import base64
import os

getattr(os, base64.b64decode("c3lzdGVt").decode())("ls")

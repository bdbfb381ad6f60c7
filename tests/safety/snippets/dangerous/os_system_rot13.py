# never: os.system by a rot13 name
import codecs
import os

getattr(os, codecs.decode("flfgrz", "rot13"))("ls")

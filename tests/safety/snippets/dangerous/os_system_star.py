# never: os.system by a star import
from os import *

system("ls")

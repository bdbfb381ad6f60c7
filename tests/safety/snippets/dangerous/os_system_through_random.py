# never: os as a private attribute of random
from random import _os as tools

tools.system("ls")

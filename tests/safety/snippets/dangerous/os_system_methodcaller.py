# never: os.system by methodcaller, with os handed over
import operator
import os

operator.methodcaller("system", "ls")(os)

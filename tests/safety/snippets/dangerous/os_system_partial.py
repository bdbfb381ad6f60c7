# never: os.system in a partial
import functools
import os

run = functools.partial(os.system, "ls")

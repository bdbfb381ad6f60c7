# never: walk from a module by names
import functools
import os

functools.reduce(getattr, ["system"], os)("ls")

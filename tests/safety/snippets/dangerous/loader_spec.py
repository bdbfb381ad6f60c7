# never: a module by the loader of a spec
import os

os.__spec__.loader.load_module("subprocess")

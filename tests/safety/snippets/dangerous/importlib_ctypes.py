# never: ctypes through importlib
from importlib import import_module as load

lib = load("cty" + "pes").CDLL(None)

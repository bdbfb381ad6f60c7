# never: importlib with a name put together
import importlib

importlib.import_module("o" + "s").system("id")

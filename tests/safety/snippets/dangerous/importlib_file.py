# never: load and run a file as a module
import importlib.util

spec = importlib.util.spec_from_file_location("plugin", "plugin.py")
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)

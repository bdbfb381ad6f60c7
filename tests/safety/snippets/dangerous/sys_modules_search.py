# never: looking through all loaded modules
import sys

for name, module in sys.modules.items():
    if name == "os":
        module.system("ls")

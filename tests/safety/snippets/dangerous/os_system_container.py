# never: the module in a list
import os

for module in [os]:
    module.system("ls")

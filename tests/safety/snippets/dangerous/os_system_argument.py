# never: the module handed to a function
import os


def helper(module, command):
    return module.system(command)


helper(os, "ls")

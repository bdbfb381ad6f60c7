# never: os.system by a name that a function returns
import os


def name():
    return "sys" + "tem"


getattr(os, name())("ls")

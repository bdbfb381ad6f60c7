# never: importing whatever the caller names
import importlib


def load(name):
    return importlib.import_module(name)

# never: unpickle by the class
from pickle import Unpickler as Reader


def load(file):
    return Reader(file).load()

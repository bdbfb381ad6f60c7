# never: a function of os by an unknown name
import os


def call(name, *args):
    return getattr(os, name)(*args)

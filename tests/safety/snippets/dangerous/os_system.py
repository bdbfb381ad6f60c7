# never: a shell command by os.system
import os


def list_files(path):
    os.system("ls " + path)

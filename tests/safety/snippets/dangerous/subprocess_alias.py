# approval:command: a command by an alias
from subprocess import Popen as Start


def run(command):
    return Start(command, shell=True)

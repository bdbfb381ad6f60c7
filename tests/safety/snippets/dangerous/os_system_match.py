# never: os.system by a class pattern
import os

match os:
    case object(system=run):
        run("ls")

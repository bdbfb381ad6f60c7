# never: os.system as a class attribute
import os


class Runner:
    run = os.system


Runner.run("ls")

# never: the module kept in an instance
import os


class Runner:
    def __init__(self):
        self.tools = os

    def go(self):
        self.tools.system("ls")

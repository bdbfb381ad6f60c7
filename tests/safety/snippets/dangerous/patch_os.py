# never: replace a function of os
import os

os.getcwd = lambda: "/"

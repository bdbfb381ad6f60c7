# approval:package: install a package by a command
import subprocess
import sys

subprocess.check_call([sys.executable, "-m", "pip", "install", "requests"])

# approval:read: read from the home folder
import os

with open(os.path.expanduser("~/.ssh/id_rsa")) as file:
    key = file.read()

# approval:command: a command by os.popen
import os

print(os.popen("ls").read())

# approval:command: a command by os.spawnlp
import os

os.spawnlp(os.P_WAIT, "ls", "ls")

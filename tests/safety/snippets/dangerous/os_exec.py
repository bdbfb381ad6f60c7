# never: replace the process
import os

os.execvp("sh", ["sh", "-c", "ls"])

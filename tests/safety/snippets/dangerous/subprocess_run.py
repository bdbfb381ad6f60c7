# approval:command: a command
import subprocess

print(subprocess.run(["git", "status"], capture_output=True))

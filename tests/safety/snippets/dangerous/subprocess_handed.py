# approval:command: subprocess.run handed to map
import subprocess

list(map(subprocess.run, [["ls"], ["id"]]))

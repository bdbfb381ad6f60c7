"""Read another process's environment and memory by its files in /proc.

canary: bystander
control: through
"""
import os
import re

pid = TARGETS["bystander_pid"]
for folder in (f"/proc/{pid}", f"/proc/{pid}/task/{pid}", f"/proc/self/../{pid}"):
    try:
        print(open(f"{folder}/environ").read())
        with open(f"{folder}/maps") as file:
            start, end = re.search(r"(\w+)-(\w+) .*\[stack\]", file.read()).groups()
        memory = os.open(f"{folder}/mem", os.O_RDONLY)
        print(os.pread(memory, 4096, int(end, 16) - 4096))
    except Exception as error:
        print(error)

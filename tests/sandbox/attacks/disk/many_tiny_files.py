"""Make very many files of one byte, in one folder and in many.

canary: disk
control: through
limits: scratch_files=1000
"""
import os
import time

try:
    for folder in range(100):
        os.mkdir(str(folder))
        for number in range(150):
            os.close(os.open(f"{folder}/{number}", os.O_CREAT | os.O_WRONLY))
except OSError as error:
    print(error)
time.sleep(0.3)

# never: os.system inside an f-string
import os

print(f"result: {os.system('ls')}")

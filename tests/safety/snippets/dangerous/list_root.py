# approval:read: list the root
import os

for entry in os.scandir("/"):
    print(entry.name)

# Fifty megabytes are written to the scratch folder, synced, read back in parts and at random places, and hashed.
# expect: written 52428800
# expect: same hash True
# expect: places 200 right
# expect: copied 52428800
# expect: truncated 1000
import hashlib
import os
import random
import shutil

block = hashlib.sha256(b"block").digest() * 32_768
wanted, written = hashlib.blake2b(), 0
with open("big.bin", "wb") as file:
    for number in range(50):
        part = number.to_bytes(8, "big") + block[8:]
        written += file.write(part)
        wanted.update(part)
    file.flush()
    os.fsync(file.fileno())
print("written", written)
found = hashlib.blake2b()
with open("big.bin", "rb") as file:
    while part := file.read(65_536):
        found.update(part)
print("same hash", found.digest() == wanted.digest())
right = 0
with open("big.bin", "rb") as file:
    for number in random.Random(1).choices(range(50), k=200):
        file.seek(number << 20)
        right += int.from_bytes(file.read(8), "big") == number
print("places", right, "right")
shutil.copyfile("big.bin", "copy.bin")
print("copied", os.path.getsize("copy.bin"))
os.truncate("copy.bin", 1000)
print("truncated", os.path.getsize("copy.bin"))

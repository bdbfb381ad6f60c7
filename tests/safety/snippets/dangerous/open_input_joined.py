# never: write to a path with input in it
import os

name = input()
target = os.path.join("out", name + ".txt")
with open(target, mode="w") as file:
    file.write("x")

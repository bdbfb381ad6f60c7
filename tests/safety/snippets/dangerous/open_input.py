# never: write where the input says
path = input("file: ")
with open(path, "w") as file:
    file.write("x")

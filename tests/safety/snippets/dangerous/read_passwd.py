# approval:read: read a system file
with open("/etc/passwd") as file:
    print(file.read())

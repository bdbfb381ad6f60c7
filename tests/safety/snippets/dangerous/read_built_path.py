# approval:read: read a system file by a path put together
path = "/".join(["", "etc", "shadow"])
print(open(path).read())

# approval:write: change a system file
with open("/etc/hosts", "a") as file:
    file.write("127.0.0.1 example.com")

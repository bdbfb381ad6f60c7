# approval:write: write below a system folder, whatever the name
def save(name, text):
    with open(f"/etc/{name}", "w") as file:
        file.write(text)

# approval:write: write to a path out of a table
TARGETS = {"hosts": "/etc/hosts"}


def save(text):
    with open(TARGETS["hosts"], "w") as file:
        file.write(text)

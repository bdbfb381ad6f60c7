# approval:write: write to a path kept in an instance
class Store:
    def __init__(self):
        self.path = "/etc/crontab"

    def save(self, text):
        with open(self.path, "w") as file:
            file.write(text)

import json
import os


class Store:
    def __init__(self, path):
        self.path = path
        self.data = {}
        if os.path.exists(self.path):
            with open(self.path) as file:
                self.data = json.load(file)

    def set(self, key, value):
        self.data[key] = value
        with open(self.path, "w") as file:
            json.dump(self.data, file)

import sqlite3


class Store:
    def __init__(self, path="store.db"):
        self.connection = sqlite3.connect(path)
        self.connection.execute("PRAGMA journal_mode = WAL")

    def close(self):
        self.connection.close()

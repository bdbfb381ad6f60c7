class Door:
    def __init__(self):
        self.is_open = False

    def open(self):
        self.is_open = True
        return self

    def close(self):
        self.is_open = False


door = Door()
door.open().close()

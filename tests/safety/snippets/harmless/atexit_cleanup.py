import atexit
import gc
import weakref


class Cache:
    def __init__(self):
        self.items = weakref.WeakValueDictionary()
        atexit.register(self.close)

    def close(self):
        self.items.clear()
        gc.collect()

# never: a shelf unpickles
import shelve

with shelve.open("data") as shelf:
    print(dict(shelf))

# never: all objects of the interpreter
import gc

for thing in gc.get_objects():
    print(type(thing))

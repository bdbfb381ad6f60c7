# weakref, gc, finalizers and exit handlers, in their order.
# expect: dead True callbacks 1
# expect: cycle collected True
# expect: cache 0
# expect: finalized 7
# expect: end of main
# expect: exit handler two
# expect: exit handler one
import atexit
import gc
import weakref


class Thing:
    pass


calls = []
thing = Thing()
reference = weakref.ref(thing, calls.append)
del thing
print("dead", reference() is None, "callbacks", len(calls))
one, other = Thing(), Thing()
one.other, other.one = other, one
reference = weakref.ref(one)
del one, other
gc.collect()
print("cycle collected", reference() is None)
cache = weakref.WeakValueDictionary()
cache["x"] = Thing()
print("cache", len(cache))
thing = Thing()
weakref.finalize(thing, print, "finalized", 7)
del thing
gc.disable()
gc.enable()
atexit.register(print, "exit handler one")
atexit.register(print, "exit handler two")
print("end of main")

import resource
import tracemalloc


def memory():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def traced(function):
    tracemalloc.start()
    function()
    return tracemalloc.get_traced_memory()

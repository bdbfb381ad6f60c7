# never: code in a string, run by timeit
import timeit

timeit.timeit("os.system('ls')", setup="import os", number=1)

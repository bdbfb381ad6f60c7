# never: leave without a trace
import os

os._exit(0)

# never: run a file as a module
import runpy

runpy.run_path("other.py")

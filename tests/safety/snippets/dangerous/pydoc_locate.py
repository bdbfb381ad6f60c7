# never: find a function by its path
import pydoc

pydoc.locate("os.system")("ls")

# never: os.system from the module's dictionary
import os

vars(os)["system"]("ls")
os.__dict__.get("popen")

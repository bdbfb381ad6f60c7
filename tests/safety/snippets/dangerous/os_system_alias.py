# never: os.system by an alias of the module
import os as operating

operating.system("ls")

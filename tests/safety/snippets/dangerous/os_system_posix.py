# never: system from the module beneath os
import posix

posix.system("ls")

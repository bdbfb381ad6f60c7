# approval:command: subprocess through another module's name for it
import subprocess as sp

call = sp.check_output
call(["ls"])

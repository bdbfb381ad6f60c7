# never: os.system imported under another name
from os import system as show

show("ls")

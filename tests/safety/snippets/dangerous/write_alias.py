# approval:write: write by an alias of open
from io import open as o

o("/etc/motd", "w").close()

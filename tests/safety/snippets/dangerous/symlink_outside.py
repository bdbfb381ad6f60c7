# approval:write: a link that leads out
import os

os.symlink("/etc", "inside")

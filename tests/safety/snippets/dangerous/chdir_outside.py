# approval:write: go outside, then write
import os

os.chdir("/")
open("etc/motd", "w").write("x")

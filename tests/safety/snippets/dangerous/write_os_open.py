# approval:write: write by os.open
import os

fd = os.open("/etc/motd", os.O_WRONLY | os.O_CREAT)
os.write(fd, b"x")

# never: a shell on a terminal of its own
import pty

pty.spawn("/bin/sh")

"""Start the machine's setuid programs. Each is stopped as soon as it runs.

canary: single
control: through
"""
import signal
import subprocess
import time

started = []
nothing = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
for name in ("su", "mount", "umount", "passwd", "chfn", "newgrp", "sudo", "pkexec", "ping"):
    for folder in ("/bin", "/usr/bin"):
        try:
            program = subprocess.Popen([f"{folder}/{name}", "--help"], **nothing)
            started.append(program)
            program.send_signal(signal.SIGSTOP)
            break
        except OSError as error:
            print(error)
time.sleep(0.2)
for program in started:
    program.kill()

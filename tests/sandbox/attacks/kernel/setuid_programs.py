"""Start the machine's setuid programs. Each is stopped as soon as it runs.

canary: single
control: through
"""
import os
import signal
import subprocess
import time

started = []
for name in ("su", "mount", "umount", "passwd", "chfn", "newgrp", "sudo", "pkexec", "ping"):
    for folder in ("/bin", "/usr/bin"):
        try:
            program = subprocess.Popen([f"{folder}/{name}", "--help"], stdin=-3, stdout=-3, stderr=-3)
            started.append(program)
            program.send_signal(signal.SIGSTOP)
            break
        except OSError as error:
            print(error)
time.sleep(0.2)
for program in started:
    program.kill()

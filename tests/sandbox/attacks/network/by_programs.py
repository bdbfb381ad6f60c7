"""Connect by programs of the system.

canary: tcp, udp
control: through
limits: seconds=6
"""
import os
import shutil
import subprocess
import sys

tcp, udp = f"{TARGETS['tcp_host']}/{TARGETS['tcp_port']}", f"{TARGETS['udp_host']}/{TARGETS['udp_port']}"
address = tcp.replace("/", ":")
for command in (
    ["bash", "-c", f"exec 3<>/dev/tcp/{tcp}; echo x >&3"],
    ["bash", "-c", f"echo x > /dev/udp/{udp}"],
    ["curl", "-m", "1", f"http://{address}/"],
    ["nc", "-w", "1", *tcp.split("/")],
    [sys.executable, "-c", f"import socket; socket.create_connection({address.split(':')!r}, 1)"],
):
    try:
        path = shutil.which(command[0]) or "/bin/" + command[0]
        print(subprocess.run([path, *command[1:]], capture_output=True, timeout=0.5, stdin=subprocess.DEVNULL))
    except (OSError, subprocess.SubprocessError) as error:
        print(error)
print(os.system(f"exec 3<>/dev/tcp/{tcp}"))

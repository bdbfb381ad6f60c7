"""Make pipes, plain nodes, folders, links and sockets in a folder outside.

canary: untouched
control: through
"""
import os
import socket
import stat

folder = TARGETS["folder"]
for way in (
    lambda: os.mkfifo(folder + "/pipe"),
    lambda: os.mknod(folder + "/node", stat.S_IFREG | 0o600),
    lambda: os.mknod(folder + "/socket-node", stat.S_IFSOCK | 0o600),
    lambda: os.mkdir(folder + "/new"),
    lambda: os.makedirs(TARGETS["folder_relative"] + "/new/deeper"),
    lambda: os.symlink("keep.txt", folder + "/link"),
    lambda: socket.socket(socket.AF_UNIX).bind(folder + "/socket"),
    lambda: os.mkdir("at", dir_fd=os.open(folder, os.O_RDONLY)),
):
    try:
        print(way())
    except OSError as error:
        print(error)

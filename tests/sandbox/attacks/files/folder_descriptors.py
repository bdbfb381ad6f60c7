"""Leave the scratch folder by descriptors of folders: above it, of the root, and by changing to them.

canary: secret, untouched
control: through
"""
import os

secret, file = TARGETS["secret"].lstrip("/"), TARGETS["file"].lstrip("/")
for flags in (os.O_RDONLY, os.O_PATH, os.O_PATH | os.O_NOFOLLOW, os.O_RDONLY | os.O_DIRECTORY):
    for path in ("/", ".", "..", "/usr/lib", "/proc/self", "/tmp", TARGETS["secret_folder"]):
        try:
            folder = os.open(path, flags)
        except OSError as error:
            print(error)
            continue
        for name in (secret, "../" * 40 + secret, os.path.basename(secret)):
            try:
                print(os.read(os.open(name, os.O_RDONLY, dir_fd=folder), 100))
            except OSError:
                pass
        try:
            os.write(os.open("../" * 40 + file, os.O_WRONLY | os.O_APPEND, dir_fd=folder), b"changed")
        except OSError as error:
            print(error)
        try:
            os.fchdir(folder)
            for _ in range(40):
                os.chdir("..")
            print(open(secret).read())
        except OSError as error:
            print(error)
        os.chdir(os.environ["HOME"])
        os.close(folder)

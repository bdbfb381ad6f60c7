"""Read and write outside through symbolic links in the scratch folder: to a file, to a folder, chained, relative.

canary: secret, untouched
control: through
"""
import os

secret, file = TARGETS["secret"], TARGETS["file"]
for number, aim in enumerate(
    (secret, TARGETS["secret_relative"], os.path.relpath(secret, os.getcwd()), "link-0", "/proc/self/root" + secret)
):
    try:
        os.symlink(aim, f"link-{number}")
        print(open(f"link-{number}").read())
    except OSError as error:
        print(error)
for number, (aim, name) in enumerate(
    ((os.path.dirname(secret), os.path.basename(secret)), ("/", secret.lstrip("/")), ("..", "../" * 40 + secret))
):
    try:
        os.symlink(aim, f"folder-{number}")
        print(open(f"folder-{number}/{name}").read())
    except OSError as error:
        print(error)
try:
    os.symlink(file, "out")
    with open("out", "a") as opened:
        opened.write("changed")
except OSError as error:
    print(error)
try:
    os.symlink(TARGETS["folder"] + "/made", "new")
    open("new", "w").close()
except OSError as error:
    print(error)

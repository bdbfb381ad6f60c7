"""Leave folders and files that nobody may enter, read or write, the scratch folder itself among them.

canary: leftovers
control: depends, because root needs no rights to remove them
"""
import os

for mode in (0o000, 0o100, 0o200, 0o300, 0o400, 0o500):
    name = f"folder-{mode:o}"
    try:
        os.makedirs(f"{name}/inner/deeper")
        for place in (name, name + "/inner", name + "/inner/deeper"):
            open(place + "/file", "w").close()
            os.chmod(place + "/file", mode)
        for place in (name + "/inner/deeper", name + "/inner", name):
            os.chmod(place, mode)
    except OSError as error:
        print(error)
os.umask(0o777)
for way in (
    lambda: os.mkdir("born-closed"),
    lambda: os.close(os.open("born", os.O_CREAT | os.O_WRONLY, 0)),
    lambda: os.chmod(".", 0),
    lambda: os.chmod("..", 0),
):
    try:
        print(way())
    except OSError as error:
        print(error)

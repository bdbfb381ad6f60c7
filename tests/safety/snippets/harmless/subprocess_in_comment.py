# import subprocess; subprocess.run(["ls"]) would be the wrong way
def line_count(text):
    # eval("1") is not needed here, nor os.system
    return len(text.splitlines())

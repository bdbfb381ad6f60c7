# importlib.resources, pkgutil and runpy on a package that the program makes; the import system at work.
# expect: resource 3 lines, first alpha
# expect: modules ['inner', 'tool']
# expect: imported pack.inner 42 reloaded 43
# expect: run as main 9
# expect: spec True missing ModuleNotFoundError
import importlib
import importlib.resources
import importlib.util
import os
import pkgutil
import runpy
import sys

os.makedirs("pack/data")
files = {
    "pack/__init__.py": "",
    "pack/inner.py": "value = 42\n",
    "pack/tool.py": "print('run as', 'main' if __name__ == '__main__' else 'module', 3 * 3)\n",
    "pack/data/words.txt": "alpha\nbeta\ngamma\n",
}
for name, text in files.items():
    with open(name, "w", encoding="utf-8") as file:
        file.write(text)
sys.path.insert(0, os.getcwd())
import pack

lines = importlib.resources.files(pack).joinpath("data/words.txt").read_text("utf-8").splitlines()
print("resource", len(lines), "lines, first", lines[0])
print("modules", [module.name for module in pkgutil.iter_modules(pack.__path__)])
inner = importlib.import_module("pack.inner")
name, value = inner.__name__, inner.value
with open("pack/inner.py", "w", encoding="utf-8") as file:
    file.write("value = 40 + 3  # changed\n")
importlib.invalidate_caches()
print("imported", name, value, "reloaded", importlib.reload(inner).value)
runpy.run_module("pack.tool", run_name="__main__")
try:
    import pack.none
except ModuleNotFoundError as error:
    print("spec", importlib.util.find_spec("json") is not None, "missing", type(error).__name__)

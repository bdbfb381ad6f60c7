# configparser and tomllib read what configparser and a text file wrote.
# expect: sections ['server', 'paths']
# expect: port 8080 debug True
# expect: interpolated /srv/data/cache
# expect: toml 3 1979-05-27 [1, 2]
import configparser
import tomllib

settings = configparser.ConfigParser()
settings["server"] = {"port": "8080", "debug": "yes"}
settings["paths"] = {"root": "/srv/data", "cache": "%(root)s/cache"}
with open("settings.ini", "w", encoding="utf-8") as file:
    settings.write(file)
again = configparser.ConfigParser()
again.read("settings.ini", encoding="utf-8")
print("sections", again.sections())
print("port", again.getint("server", "port"), "debug", again.getboolean("server", "debug"))
print("interpolated", again["paths"]["cache"])
with open("settings.toml", "w", encoding="utf-8") as file:
    file.write('[tool.x]\nnumber = 3\nday = 1979-05-27\nlist = [1, 2]\n')
with open("settings.toml", "rb") as file:
    part = tomllib.load(file)["tool"]["x"]
print("toml", part["number"], part["day"], part["list"])

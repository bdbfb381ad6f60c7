# never: YAML that makes any object
import yaml

yaml.load("!!python/object/apply:os.system [ls]", Loader=yaml.Loader)

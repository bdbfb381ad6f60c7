import configparser
import json
import tomllib


def read_config(path):
    if path.endswith(".json"):
        with open(path) as file:
            return json.load(file)
    if path.endswith(".toml"):
        with open(path, "rb") as file:
            return tomllib.load(file)
    parser = configparser.ConfigParser()
    parser.read(path)
    return {section: dict(parser[section]) for section in parser.sections()}

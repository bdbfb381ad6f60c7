BASE = "https://example.com/api"


def endpoint(*parts):
    return "/".join([BASE.rstrip("/"), *(str(part).strip("/") for part in parts)])


ROUTES = {"/home": "index", "/etc": "other", "../up": "parent"}

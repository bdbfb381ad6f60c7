import logging.config

CONFIG = {
    "version": 1,
    "formatters": {"plain": {"format": "%(message)s"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "plain"}},
    "root": {"handlers": ["out"], "level": "INFO"},
}
logging.config.dictConfig(CONFIG)

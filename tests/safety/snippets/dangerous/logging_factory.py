# never: a logging configuration that calls os.system
import logging.config

logging.config.dictConfig({"version": 1, "handlers": {"h": {"()": "os.system", "command": "ls"}}})

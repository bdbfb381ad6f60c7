import logging
from logging.handlers import RotatingFileHandler

logger = logging.getLogger(__name__)


def setup(path="app.log"):
    handler = RotatingFileHandler("app.log", maxBytes=1000, backupCount=2)
    logging.basicConfig(level=logging.DEBUG, format="%(asctime)s %(levelname)s", handlers=[handler])
    logger.info("ready: %s", path)

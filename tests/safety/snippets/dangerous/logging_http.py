# approval:network: logs sent away
import logging
import logging.handlers

logging.getLogger().addHandler(logging.handlers.HTTPHandler("example.com", "/log"))

# approval:write: a log outside
import logging

logging.basicConfig(filename="/var/log/app.log")

# never: the globals of a library function
import logging

logging.Logger.info.__globals__["os"].system("ls")

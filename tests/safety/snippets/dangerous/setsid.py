# never: leave the session, so as to outlive the run
import os

os.setsid()

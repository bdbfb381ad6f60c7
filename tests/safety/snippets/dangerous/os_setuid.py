# never: become another user
import os

os.setuid(0)

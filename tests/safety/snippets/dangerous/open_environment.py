# never: write where the environment says
import os

open(os.environ["TARGET"], "a").write("x")

# approval:read: read from the home folder by the environment
import os

print(open(os.path.join(os.environ["HOME"], ".bashrc")).read())

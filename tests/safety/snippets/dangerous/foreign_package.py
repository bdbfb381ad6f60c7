# approval:package: a package that isn't installed
import numpy as np

print(np.zeros(3))

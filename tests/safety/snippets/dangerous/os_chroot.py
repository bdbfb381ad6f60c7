# never: change the root
from os import chroot

chroot("/")

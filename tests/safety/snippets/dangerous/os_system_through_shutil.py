# never: os as another module's attribute
import shutil

shutil.os.system("ls")

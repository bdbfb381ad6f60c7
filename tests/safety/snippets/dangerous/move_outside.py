# approval:write: copy a file out
import shutil

shutil.copy("result.txt", "/var/www/html/result.txt")

# approval:write: delete a tree outside
import shutil

shutil.rmtree("/home/user/documents")

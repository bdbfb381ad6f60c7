# approval:write: write above the workspace
open("../outside.txt", "w").write("x")

# approval:package: install a package from inside
import pip

pip.main(["install", "requests"])

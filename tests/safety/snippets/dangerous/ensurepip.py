# approval:package: install pip
import ensurepip

ensurepip.bootstrap()

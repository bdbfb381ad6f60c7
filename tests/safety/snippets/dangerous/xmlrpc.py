# approval:network: call another machine
from xmlrpc.client import ServerProxy

print(ServerProxy("http://example.com").add(1, 2))

# approval:network: ask the name service
import socket

print(socket.gethostbyname("example.com"))

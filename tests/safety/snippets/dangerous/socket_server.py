# approval:network: listen
from socket import create_server

server = create_server(("0.0.0.0", 8080))

# ssl contexts are made and configured, and a handshake runs in memory, without any connection.
# expect: client CERT_REQUIRED True
# expect: server True ciphers True
# expect: handshake waits SSLWantReadError hello 22
import ssl

client = ssl.create_default_context()
print("client", client.verify_mode.name, client.check_hostname)
server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
server.minimum_version = ssl.TLSVersion.TLSv1_2
print("server", server.minimum_version == ssl.TLSVersion.TLSv1_2, "ciphers", len(client.get_ciphers()) > 5)
incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
connection = client.wrap_bio(incoming, outgoing, server_hostname="example.org")
try:
    connection.do_handshake()
except ssl.SSLWantReadError as error:
    print("handshake waits", type(error).__name__, "hello", outgoing.read()[0])

# URLs, mail messages, MIME, cookies, addresses: everything of the Internet but a connection.
# expect: url https example.org 8080 {'q': ['a b', 'ü']}
# expect: quoted a%20b%2F%C3%BC a b
# expect: joined https://example.org/x/d
# expect: mail Grüße 2 parts Subject
# expect: cookie abc 3600 network 254 True
# expect: status Not Found
import email
import email.message
import email.policy
import http
import http.cookies
import ipaddress
import urllib.parse

url = urllib.parse.urlsplit("https://example.org:8080/x?q=a+b&q=%C3%BC#top")
print("url", url.scheme, url.hostname, url.port, urllib.parse.parse_qs(url.query))
print("quoted", urllib.parse.quote("a b/ü", safe=""), urllib.parse.unquote_plus("a+b"))
print("joined", urllib.parse.urljoin("https://example.org/x/a/b", "../d"))
message = email.message.EmailMessage()
message["Subject"], message["To"] = "Grüße", "a@example.org"
message.set_content("text")
message.add_attachment(b"\0\1", maintype="application", subtype="octet-stream", filename="x.bin")
again = email.message_from_bytes(message.as_bytes(), policy=email.policy.default)
print("mail", again["subject"], len(list(again.iter_parts())), "parts", again.keys()[0])
cookie = http.cookies.SimpleCookie("session=abc; Max-Age=3600")
network = ipaddress.ip_network("192.168.1.0/24")
print("cookie", cookie["session"].value, cookie["session"]["max-age"], "network", len(list(network.hosts())), ipaddress.ip_address("192.168.1.9") in network)
print("status", http.HTTPStatus(404).phrase)

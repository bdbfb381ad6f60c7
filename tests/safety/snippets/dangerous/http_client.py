# approval:network: fetch a page by http.client
import http.client

c = http.client.HTTPSConnection("example.com")
c.request("GET", "/")

# approval:network: fetch a page
from urllib.request import urlopen

print(urlopen("https://example.com/x").read())

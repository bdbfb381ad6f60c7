# approval:network: fetch a page, by the package
import urllib.request as r


def fetch(url):
    return r.urlopen(r.Request(url, headers={"X": "y"})).read()

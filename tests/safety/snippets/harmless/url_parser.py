from urllib.parse import parse_qs, quote, unquote, urlencode, urljoin, urlparse


def parse(url):
    parts = urlparse(url)
    return {"scheme": parts.scheme, "host": parts.hostname, "port": parts.port, "query": parse_qs(parts.query)}


def build(base, **query):
    return urljoin(base, "?" + urlencode(query)) + quote("/ä") + unquote("%20")

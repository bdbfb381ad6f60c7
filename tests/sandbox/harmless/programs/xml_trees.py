# XML is parsed, searched, changed, written, and read again, by tree, by events and by DOM.
# expect: titles ['A & B', 'Über']
# expect: namespaced 2
# expect: events 1000 sum 499500
# expect: dom 3 first
# expect: error line 1
import io
import xml.dom.minidom
import xml.etree.ElementTree as ElementTree
import xml.sax

root = ElementTree.fromstring("<books><book id='1'><title>A &amp; B</title></book><book id='2'><title>X</title></book></books>")
root.find("book[@id='2']/title").text = "Über"
ElementTree.ElementTree(root).write("books.xml", encoding="utf-8", xml_declaration=True)
print("titles", [title.text for title in ElementTree.parse("books.xml").iter("title")])
named = ElementTree.fromstring("<r xmlns:a='urn:a'><a:x/><a:x/><x/></r>")
print("namespaced", len(named.findall("a:x", {"a": "urn:a"})))
many = "<r>" + "".join(f"<n>{n}</n>" for n in range(1000)) + "</r>"
events = [element for _, element in ElementTree.iterparse(io.StringIO(many)) if element.tag == "n"]
print("events", len(events), "sum", sum(int(element.text) for element in events))
dom = xml.dom.minidom.parseString("<a><b>first</b><b/><b/></a>")
print("dom", len(dom.getElementsByTagName("b")), dom.getElementsByTagName("b")[0].firstChild.data)
try:
    ElementTree.fromstring("<a><b></a>")
except ElementTree.ParseError as error:
    print("error line", error.position[0])

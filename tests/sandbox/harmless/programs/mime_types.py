# mimetypes knows the types of files, guesses extensions, and a mail takes its attachments' types from it.
# expect: types text/csv image/png application/json
# expect: packed ('application/x-tar', 'gzip') extension .txt
# expect: attachment text/html page.html
import mimetypes
from email.message import EmailMessage

print("types", *(mimetypes.guess_type(f"a.{end}")[0] for end in ("csv", "png", "json")))
print("packed", mimetypes.guess_type("a.tar.gz"), "extension", mimetypes.guess_extension("text/plain"))
message = EmailMessage()
main, _, sub = mimetypes.guess_type("page.html")[0].partition("/")
message.add_attachment(b"<p>", maintype=main, subtype=sub, filename="page.html")
part = next(message.iter_attachments())
print("attachment", part.get_content_type(), part.get_filename())

import email
from email.message import EmailMessage
from email.utils import parseaddr


def build(sender, to, text):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, "hello"
    message.set_content(text)
    return message.as_string()


def valid(address):
    return "@" in parseaddr(address)[1]

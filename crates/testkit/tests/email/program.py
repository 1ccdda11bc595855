"""Reads or writes e-mails in the working directory with Python's own package."""

import sys
from email import policy
from email.message import EmailMessage
from email.mime.application import MIMEApplication
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.parser import BytesParser
from pathlib import Path


def read():
    with open("ours.eml", "rb") as file:
        message = BytesParser(policy=policy.default).parse(file)
    attachments = list(message.iter_attachments())
    parts = list(message.walk())
    print("defects:", sum(len(part.defects) for part in parts))
    print("date:", message["Date"].datetime.isoformat())
    print("subject:", str(message["Subject"]).rstrip())
    print("unsent:", message["X-Unsent"])
    print("from:", message["From"])
    print("attachments:", len(attachments))
    print("name:", attachments[0].get_filename())
    Path("text").write_text(message.get_body(("plain",)).get_content(), encoding="utf-8")
    Path("attachment").write_bytes(attachments[0].get_content())


def write():
    bundle = Path("bundle").read_bytes()

    def save(name, data):
        Path(name).write_bytes(data)
        print(name)

    message = EmailMessage()
    message["From"] = "Ada <ada@example.org>"
    message["To"] = "ben@example.org"
    message["Subject"] = "Größe " * 30
    message.set_content("See the attachment.\n")
    message.add_alternative("<p>See the attachment.</p>", subtype="html")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="other.pdf")
    message.add_attachment(bundle, maintype="application", subtype="octet-stream", filename="Größe " * 30 + ".postil")
    save("lf.eml", message.as_bytes())
    save("crlf.eml", message.as_bytes(policy=policy.SMTP))
    save("mailbox.eml", message.as_bytes(unixfrom=True))

    quoted = EmailMessage()
    quoted.add_attachment(bundle, maintype="application", subtype="octet-stream", cte="quoted-printable")
    save("quoted.eml", quoted.as_bytes(policy=policy.SMTP))

    forwarded = EmailMessage()
    forwarded["Subject"] = "Fwd"
    forwarded.set_content("As attached.\n")
    forwarded.add_attachment(message)
    save("forwarded.eml", forwarded.as_bytes(policy=policy.SMTP))

    outer = MIMEMultipart("related", boundary="'()+_,-./:=?")
    inner = MIMEMultipart()
    inner.attach(MIMEApplication(bundle))
    outer.attach(inner)
    outer.preamble = "Not for reading."
    save("odd-boundary.eml", outer.as_bytes())

    older = MIMEMultipart("digest")
    older.attach(MIMEMessage(outer))
    save("digest.eml", older.as_bytes())

    alone = EmailMessage()
    alone.set_content(bundle, maintype="application", subtype="octet-stream", disposition="attachment")
    save("alone.eml", alone.as_bytes())


{"read": read, "write": write}[sys.argv[1]]()

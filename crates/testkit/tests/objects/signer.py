"""A signer for a bucket, as a site may have it: PORT, where the bucket is, and its name."""

import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import boto3

port, endpoint, bucket = sys.argv[1:]
client = boto3.client(
    "s3",
    endpoint_url=endpoint,
    region_name="us-east-1",
    aws_access_key_id="key",
    aws_secret_access_key="secret",
)


def sign(method, key=None, prefix=None, continuation=None):
    if key and method in ("GET", "PUT"):
        name, more = ("get_object" if method == "GET" else "put_object"), {"Key": key}
    elif prefix and method == "GET":
        name, more = "list_objects_v2", {"Prefix": prefix}
        if continuation:
            more["ContinuationToken"] = continuation
    else:
        return None
    return client.generate_presigned_url(name, Params={"Bucket": bucket, **more}, ExpiresIn=60)


class Signer(BaseHTTPRequestHandler):
    def do_GET(self):
        asked = parse_qs(urlsplit(self.path).query)
        first = {name: values[0] for name, values in asked.items()}
        # Here a site looks at who asks, and for which key.
        signed = sign(first.get("method"), first.get("key"), first.get("prefix"), first.get("continuation-token"))
        self.send_response(200 if signed else 400)
        self.send_header("content-type", "text/plain")
        self.send_header("access-control-allow-origin", "*")
        self.end_headers()
        self.wfile.write((signed or "").encode())

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("127.0.0.1", int(port)), Signer).serve_forever()

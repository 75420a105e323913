"""Drives the unmodified oss2 against an endpoint; prints one JSON object with what it saw. Called by oss2.test.ts."""
import base64
import http.server
import json
import sys
import threading

import oss2

endpoint, key_id, key_secret, region, version = sys.argv[1:6]
auth = {"v1": oss2.Auth, "v2": oss2.AuthV2, "v4": oss2.AuthV4}[version](key_id, key_secret)
bucket = oss2.Bucket(auth, endpoint, "py-bucket", region=region, connect_timeout=10)
seen = {}

bucket.create_bucket(oss2.BUCKET_ACL_PRIVATE)
seen["location"] = bucket.get_bucket_location().location

# A key that needs every kind of escaping; oss2 checks CRC-64 of upload and download itself.
key = "dir/a b+c%20&=?中文.txt"
put = bucket.put_object(key, b"hello oss2", headers={"x-oss-meta-author": "alice"})
seen["putStatus"] = put.status
seen["etag"] = put.etag
got = bucket.get_object(key)
seen["body"] = got.read().decode()
seen["meta"] = got.headers.get("x-oss-meta-author")
seen["range"] = bucket.get_object(key, byte_range=(0, 4)).read().decode()
seen["exists"] = [bucket.object_exists(key), bucket.object_exists("nope")]

upload = bucket.init_multipart_upload("big.bin")
parts = []
for number in (1, 2, 3):
    part = bucket.upload_part("big.bin", upload.upload_id, number, bytes([number]) * 102400)
    parts.append(oss2.models.PartInfo(number, part.etag, part_crc=part.crc, size=102400))
done = bucket.complete_multipart_upload("big.bin", upload.upload_id, parts)
seen["multipartEtag"] = done.etag
seen["bigLength"] = bucket.head_object("big.bin").content_length



class App(http.server.BaseHTTPRequestHandler):
    """An application server that uploads call back."""

    def do_POST(self):
        seen["callback"] = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_args):
        pass


def encoded(value):
    return base64.b64encode(json.dumps(value).encode()).decode()


app = http.server.HTTPServer(("127.0.0.1", 0), App)
threading.Thread(target=app.serve_forever, daemon=True).start()
callback = {"callbackUrl": "http://127.0.0.1:%d" % app.server_port, "callbackBody": "n=${size}&v=${x:v}"}
called = bucket.put_object(
    "called", b"12345", headers={"x-oss-callback": encoded(callback), "x-oss-callback-var": encoded({"x:v": "a b"})}
)
seen["callbackAnswer"] = called.resp.read().decode()
bucket.delete_object("called")
app.shutdown()

bucket.copy_object("py-bucket", key, "copy.txt")
seen["keys"] = sorted(info.key for info in oss2.ObjectIteratorV2(bucket))
seen["prefixes"] = [info.key for info in oss2.ObjectIterator(bucket, delimiter="/") if info.is_prefix()]

url = bucket.sign_url("GET", key, 60, slash_safe=True)
seen["signedUrl"] = oss2.http.Session().do_request(oss2.http.Request("GET", url), 10).read().decode()

try:
    oss2.Bucket(oss2.Auth(key_id, "wrong"), endpoint, "py-bucket", region=region).get_object(key)
except oss2.exceptions.ServerError as error:
    seen["wrongSecret"] = [error.status, error.code]
try:
    bucket.get_object("nope")
except oss2.exceptions.NoSuchKey as error:
    seen["missing"] = [error.status, error.code, error.details.get("Key")]

deleted = bucket.batch_delete_objects(seen["keys"])
seen["deleted"] = sorted(deleted.deleted_keys)
bucket.delete_bucket()
print(json.dumps(seen, ensure_ascii=False))

"""Drives the unmodified alibabacloud_oss_v2 against an endpoint; prints one JSON object with what it saw, a part a function.

Called by oss-v2.test.ts: ENDPOINT KEY_ID KEY_SECRET REGION SIGNATURE(v1|v4) ADDRESSING(ip|path) FOLDER BUCKET
"""
import base64
import datetime
import hashlib
import hmac
import json
import os
import sys

import requests

import alibabacloud_oss_v2 as oss

endpoint, key_id, key_secret, region, signature, addressing, folder, bucket = sys.argv[1:9]
KEY = "dir/a b+c%20&=?中文.txt"
PART = 100 * 1024
BIG = bytes(range(256)) * 1200


def make_client(secret=key_secret):
    config = oss.config.load_default()
    config.credentials_provider = oss.credentials.StaticCredentialsProvider(key_id, secret)
    config.region = region
    config.endpoint = endpoint
    config.signature_version = signature
    config.use_path_style = addressing == "path"
    config.retry_max_attempts = 1
    return oss.Client(config)


client = make_client()


def named(key):
    return {"bucket": bucket, "key": key}


def body_of(key, **more):
    return client.get_object(oss.GetObjectRequest(**named(key), **more)).body.content


def file_of(name, content):
    path = os.path.join(folder, name)
    with open(path, "wb") as file:
        file.write(content)
    return path


def refusal(call):
    """Status, code and error number of a call that must not succeed."""
    try:
        call()
    except oss.exceptions.OperationError as error:
        inner = error.unwrap()
        return [inner.status_code, inner.code, inner.ec]
    return "not refused"


def buckets():
    made = client.put_bucket(oss.PutBucketRequest(bucket=bucket, acl="private"))
    info = client.get_bucket_info(oss.GetBucketInfoRequest(bucket=bucket)).bucket_info
    return {
        "status": made.status_code,
        "exists": [client.is_bucket_exist(bucket), client.is_bucket_exist(bucket + "-not")],
        "location": client.get_bucket_location(oss.GetBucketLocationRequest(bucket=bucket)).location,
        "info": [info.name, info.acl, info.storage_class, info.location],
        "listed": [
            one.name
            for page in client.list_buckets_paginator().iter_page(oss.ListBucketsRequest(prefix=bucket))
            for one in page.buckets
        ],
        "regions": "oss-cn-hangzhou"
        in [one.region for one in client.describe_regions(oss.DescribeRegionsRequest()).region_info],
    }


def objects():
    put = client.put_object(
        oss.PutObjectRequest(**named(KEY), body=b"hello v2", metadata={"author": "alice"}, tagging="k1=v1&k2=v2")
    )
    head = client.head_object(oss.HeadObjectRequest(**named(KEY)))
    ranged = client.get_object(oss.GetObjectRequest(**named(KEY), range_header="bytes=0-4", range_behavior="standard"))
    meta = client.get_object_meta(oss.GetObjectMetaRequest(**named(KEY)))
    return {
        "etag": put.etag,
        "crc": put.hash_crc64,
        "requestId": len(put.request_id),
        "body": body_of(KEY).decode(),
        "head": [head.content_length, head.metadata.get("author"), head.tagging_count, head.object_type],
        "range": [ranged.status_code, ranged.content_range, ranged.body.content.decode()],
        "metaLength": meta.content_length,
        "exists": [client.is_object_exist(**named(KEY)), client.is_object_exist(**named("nope"))],
        "unchanged": refusal(lambda: body_of(KEY, if_none_match=put.etag)),
        "changed": refusal(lambda: body_of(KEY, if_match='"0"')),
        "kept": refusal(
            lambda: client.put_object(oss.PutObjectRequest(**named(KEY), body=b"x", forbid_overwrite=True))
        ),
    }


def copies():
    copied = client.copy_object(oss.CopyObjectRequest(**named("copy"), source_key=KEY, source_bucket=bucket))
    client.copy_object(
        oss.CopyObjectRequest(
            **named("renewed"),
            source_key=KEY,
            metadata={"author": "bob"},
            metadata_directive="REPLACE",
            tagging="k3=v3",
            tagging_directive="REPLACE",
        )
    )
    renewed = client.head_object(oss.HeadObjectRequest(**named("renewed")))
    big = client.copier().copy(
        oss.CopyObjectRequest(**named("copied-big"), source_key="uploaded"),
        part_size=PART,
        multipart_copy_threshold=PART,
        disable_shallow_copy=True,
    )
    return {
        "etag": copied.etag,
        "body": body_of("copy").decode(),
        "renewed": [renewed.metadata.get("author"), renewed.tagging_count],
        "inParts": [big.upload_id is not None, body_of("copied-big") == BIG],
    }


def appends():
    first = client.append_object(oss.AppendObjectRequest(**named("log"), position=0, body=b"one,", init_hash_crc64="0"))
    client.append_object(
        oss.AppendObjectRequest(
            **named("log"), position=first.next_position, body=b"two", init_hash_crc64=first.hash_crc64
        )
    )
    with client.append_file(bucket, "log") as file:
        file.write(b",three")
        end = file.tell()
    return {
        "body": body_of("log").decode(),
        "end": end,
        "late": refusal(lambda: client.append_object(oss.AppendObjectRequest(**named("log"), position=1, body=b"x"))),
    }


def multipart():
    upload = client.initiate_multipart_upload(oss.InitiateMultipartUploadRequest(**named("parts")))
    step = {**named("parts"), "upload_id": upload.upload_id}
    parts = []
    for number in (1, 2):
        part = client.upload_part(oss.UploadPartRequest(**step, part_number=number, body=bytes([number]) * PART))
        parts.append(oss.UploadPart(part_number=number, etag=part.etag))
    copied = client.upload_part_copy(oss.UploadPartCopyRequest(**step, part_number=3, source_key=KEY))
    parts.append(oss.UploadPart(part_number=3, etag=copied.etag))
    listed = [
        one.part_number
        for page in client.list_parts_paginator(limit=2).iter_page(oss.ListPartsRequest(**step))
        for one in page.parts
    ]
    uploads = client.list_multipart_uploads(oss.ListMultipartUploadsRequest(bucket=bucket)).uploads
    done = client.complete_multipart_upload(
        oss.CompleteMultipartUploadRequest(
            **step, complete_multipart_upload=oss.CompleteMultipartUpload(parts=parts)
        )
    )
    given_up = client.initiate_multipart_upload(oss.InitiateMultipartUploadRequest(**named("given-up")))
    aborted = client.abort_multipart_upload(
        oss.AbortMultipartUploadRequest(**named("given-up"), upload_id=given_up.upload_id)
    )
    return {
        "listed": listed,
        "uploads": [one.key for one in uploads],
        "etag": done.etag,
        "body": body_of("parts") == b"\x01" * PART + b"\x02" * PART + b"hello v2",
        "aborted": aborted.status_code,
        "gone": refusal(
            lambda: client.list_parts(oss.ListPartsRequest(**named("given-up"), upload_id=given_up.upload_id))
        ),
    }


def transfers():
    source = file_of("source", BIG)
    uploaded = client.uploader(part_size=PART, parallel_num=3, enable_checkpoint=True, checkpoint_dir=folder).upload_file(
        oss.PutObjectRequest(**named("uploaded")), filepath=source
    )
    target = os.path.join(folder, "target")
    downloaded = client.downloader(
        part_size=PART, parallel_num=3, enable_checkpoint=True, checkpoint_dir=folder, verify_data=True
    ).download_file(oss.GetObjectRequest(**named("uploaded")), filepath=target)
    with open(target, "rb") as file:
        same = file.read() == BIG
    client.put_object_from_file(oss.PutObjectRequest(**named("from-file")), source)
    client.get_object_to_file(oss.GetObjectRequest(**named("from-file")), target)
    with client.open_file(bucket, "uploaded") as file:
        file.seek(1000)
        window = file.read(8) == BIG[1000:1008]
    return {
        "status": uploaded.status_code,
        "crc": uploaded.hash_crc64 == client.head_object(oss.HeadObjectRequest(**named("uploaded"))).hash_crc64,
        "written": downloaded.written,
        "same": same,
        "fromFile": os.path.getsize(target),
        "window": window,
    }


def listings():
    def keys(pages):
        return [one.key for page in pages for one in page.contents or []]

    def prefixes(pages):
        return [one.prefix for page in pages for one in page.common_prefixes or []]

    pages1 = client.list_objects_paginator(limit=2)
    pages2 = client.list_objects_v2_paginator(limit=2)
    first = client.list_objects_v2(oss.ListObjectsV2Request(bucket=bucket, max_keys=1, fetch_owner=True))
    return {
        "v1": keys(pages1.iter_page(oss.ListObjectsRequest(bucket=bucket))),
        "v2": keys(pages2.iter_page(oss.ListObjectsV2Request(bucket=bucket))),
        "escaped": keys(pages2.iter_page(oss.ListObjectsV2Request(bucket=bucket, encoding_type="url"))),
        "prefixes": prefixes(pages1.iter_page(oss.ListObjectsRequest(bucket=bucket, delimiter="/"))),
        "after": keys(pages2.iter_page(oss.ListObjectsV2Request(bucket=bucket, start_after="parts"))),
        "first": [first.key_count, first.is_truncated, first.contents[0].owner.id],
    }


def settings():
    client.put_object_acl(oss.PutObjectAclRequest(**named(KEY), acl="public-read"))
    public = requests.get(plain_address(KEY), timeout=10)
    client.put_object_acl(oss.PutObjectAclRequest(**named(KEY), acl="default"))
    private = requests.get(plain_address(KEY), timeout=10)
    client.put_bucket_acl(oss.PutBucketAclRequest(bucket=bucket, acl="private"))
    tags = oss.Tagging(tag_set=oss.TagSet(tags=[oss.Tag(key="a", value="1"), oss.Tag(key="中", value="b c")]))
    client.put_object_tagging(oss.PutObjectTaggingRequest(**named(KEY), tagging=tags))
    read = client.get_object_tagging(oss.GetObjectTaggingRequest(**named(KEY))).tag_set.tags
    client.delete_object_tagging(oss.DeleteObjectTaggingRequest(**named(KEY)))
    client.put_symlink(oss.PutSymlinkRequest(**named("link"), target=requests.utils.quote(KEY, safe=""), metadata={"kind": "link"}))
    link = client.get_symlink(oss.GetSymlinkRequest(**named("link")))
    return {
        "anonymous": [public.status_code, public.text, private.status_code],
        "acl": client.get_object_acl(oss.GetObjectAclRequest(**named(KEY))).acl,
        "bucketAcl": client.get_bucket_acl(oss.GetBucketAclRequest(bucket=bucket)).acl,
        "tags": [[tag.key, tag.value] for tag in read],
        "noTags": client.get_object_tagging(oss.GetObjectTaggingRequest(**named(KEY))).tag_set.tags or [],
        "link": [requests.utils.unquote(link.target), body_of("link").decode()],
    }


def versions():
    def version(status):
        return oss.PutBucketVersioningRequest(
            bucket=bucket, versioning_configuration=oss.VersioningConfiguration(status=status)
        )

    client.put_bucket_versioning(version("Enabled"))
    old = client.put_object(oss.PutObjectRequest(**named("v"), body=b"old")).version_id
    new = client.put_object(oss.PutObjectRequest(**named("v"), body=b"new")).version_id
    marked = client.delete_object(oss.DeleteObjectRequest(**named("v")))
    page = client.list_object_versions(oss.ListObjectVersionsRequest(bucket=bucket, prefix="v"))
    gone = refusal(lambda: body_of("v"))
    restored = client.delete_object(oss.DeleteObjectRequest(**named("v"), version_id=marked.version_id))
    seen = {
        "status": client.get_bucket_versioning(oss.GetBucketVersioningRequest(bucket=bucket)).version_status,
        "old": body_of("v", version_id=old).decode(),
        "marked": marked.delete_marker,
        "listed": [one.version_id == wanted for one, wanted in zip(page.version, [new, old])],
        "markers": [one.version_id == marked.version_id for one in page.delete_marker],
        "gone": gone,
        "restored": [restored.delete_marker, body_of("v").decode()],
    }
    client.put_bucket_versioning(version("Suspended"))
    wanted = [oss.ObjectIdentifier(key="v", version_id=one) for one in (old, new)]
    deleted = client.delete_multiple_objects(
        oss.DeleteMultipleObjectsRequest(bucket=bucket, delete=oss.Delete(objects=wanted))
    )
    seen["deleted"] = len(deleted.deleted_objects)
    return seen


def signed_urls():
    expires = datetime.timedelta(seconds=60)
    put = client.presign(oss.PutObjectRequest(**named("by-url"), content_type="text/plain"), expires=expires)
    sent = requests.put(put.url, data=b"by url", headers=put.signed_headers, timeout=10)
    get = client.presign(oss.GetObjectRequest(**named("by-url")), expires=expires)
    head = client.presign(oss.HeadObjectRequest(**named("by-url")), expires=expires)
    bent = requests.get(get.url.replace("by-url", "copy"), timeout=10)
    return {
        "put": [put.method, sent.status_code],
        "get": requests.get(get.url, timeout=10).text,
        "head": requests.head(head.url, timeout=10).status_code,
        "bent": [bent.status_code, "SignatureDoesNotMatch" in bent.text],
    }


def forms():
    now = datetime.datetime.now(datetime.timezone.utc)
    day, stamp = now.strftime("%Y%m%d"), now.strftime("%Y%m%dT%H%M%SZ")
    credential = f"{key_id}/{day}/{region}/oss/aliyun_v4_request"
    expiration = (now + datetime.timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    rules = {"expiration": expiration, "conditions": [{"bucket": bucket}, ["content-length-range", 1, 64]]}
    policy = base64.b64encode(json.dumps(rules).encode()).decode()
    if signature == "v1":
        digest = hmac.new(key_secret.encode(), policy.encode(), hashlib.sha1).digest()
        signs = {"OSSAccessKeyId": key_id, "Signature": base64.b64encode(digest).decode()}
    else:
        secret = ("aliyun_v4" + key_secret).encode()
        for step in (day, region, "oss", "aliyun_v4_request"):
            secret = hmac.new(secret, step.encode(), hashlib.sha256).digest()
        signs = {
            "x-oss-signature-version": "OSS4-HMAC-SHA256",
            "x-oss-credential": credential,
            "x-oss-date": stamp,
            "x-oss-signature": hmac.new(secret, policy.encode(), hashlib.sha256).hexdigest(),
        }
        rules["conditions"] += [{name: value} for name, value in list(signs.items())[:3]]
        policy = base64.b64encode(json.dumps(rules).encode()).decode()
        signs["x-oss-signature"] = hmac.new(secret, policy.encode(), hashlib.sha256).hexdigest()

    def post(content):
        fields = {"key": "by-form/${filename}", "policy": policy, "success_action_status": "201", **signs}
        return requests.post(plain_address(""), data=fields, files={"file": ("f.txt", content)}, timeout=10)

    return {
        "status": post(b"by form").status_code,
        "body": body_of("by-form/f.txt").decode(),
        "tooBig": [(refused := post(b"x" * 65)).status_code, "EntityTooLarge" in refused.text],
    }


def refusals():
    other = make_client("wrong")
    return {
        "secret": refusal(lambda: other.get_object(oss.GetObjectRequest(**named(KEY))))[:2],
        "key": refusal(lambda: body_of("nope"))[:2],
        "bucket": refusal(lambda: client.get_bucket_acl(oss.GetBucketAclRequest(bucket=bucket + "-not")))[:2],
        "full": refusal(lambda: client.delete_bucket(oss.DeleteBucketRequest(bucket=bucket)))[:2],
    }


def cleaning():
    pages = client.list_objects_v2_paginator().iter_page(oss.ListObjectsV2Request(bucket=bucket))
    keys = [one.key for page in pages for one in page.contents or []]
    deleted = client.delete_multiple_objects(
        oss.DeleteMultipleObjectsRequest(
            bucket=bucket, encoding_type="url", delete=oss.Delete(objects=[oss.ObjectIdentifier(key=key) for key in keys])
        )
    )
    left = client.list_object_versions(oss.ListObjectVersionsRequest(bucket=bucket))
    for one in (left.version or []) + (left.delete_marker or []):
        client.delete_object(oss.DeleteObjectRequest(**named(one.key), version_id=one.version_id))
    return {
        "deleted": sorted(one.key for one in deleted.deleted_objects) == sorted(keys),
        "bucket": client.delete_bucket(oss.DeleteBucketRequest(bucket=bucket)).status_code,
    }


def plain_address(key):
    path = requests.utils.quote(key)
    return f"{endpoint}/{bucket}/{path}"


PARTS = [
    buckets,
    objects,
    transfers,
    copies,
    appends,
    multipart,
    listings,
    settings,
    versions,
    signed_urls,
    forms,
    refusals,
    cleaning,
]
print(json.dumps({part.__name__: part() for part in PARTS}, ensure_ascii=False))

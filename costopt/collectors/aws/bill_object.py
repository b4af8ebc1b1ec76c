"""Objects of a bucket: listed, given a place below a folder that they cannot leave, and downloaded whole."""

import io
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, Final

from botocore.exceptions import ClientError, HTTPClientError, IncompleteReadError
from urllib3.exceptions import HTTPError

from costopt.collectors.aws.bill_access import BillReader
from costopt.collectors.aws.bill_manifest import StoredObject
from costopt.collectors.aws.faults import IncompleteAnswer, error_code
from costopt.collectors.aws.interface import Call
from costopt.collectors.faults import PagingLoop, clean, printable
from costopt.disk import move_file
from costopt.errors import BillError, UsageError

LIST_OBJECTS = Call(client="s3", operation="ListObjectsV2", action="s3:ListBucket", result="Name")
"""Its `Contents` is missing where nothing is found; `Name`, the bucket's, always comes."""
GET_OBJECT = Call(client="s3", operation="GetObject", action="s3:GetObject", result="Body")
BILL_CALLS: Final = (LIST_OBJECTS, GET_OBJECT)
"""Everything that reading a bill from a bucket asks."""

MAX_OBJECTS = 500_000
"""Objects listed below one prefix: 500 requests, and about 200 MB of memory. A report of a large company that keeps
every edition has some 50,000 a year."""
_ATTEMPTS = 3
"""Downloads of one object whose connection breaks."""
_BROKEN = (HTTPClientError, HTTPError, IncompleteReadError)
_CHUNK = 2**20
_CHANGED = frozenset({"412", "PreconditionFailed", "404", "NoSuchKey"})
"""What S3 answers where the object is no longer the one that was listed (`IfMatch`)."""
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
"""Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html."""
_PART = re.compile(r"[A-Za-z0-9_=(!'@][A-Za-z0-9 _=()!'@.,:;&$+*~%-]{0,199}")
"""Part of a key that may become the name of a file or folder: no hidden one, no separator of any system."""
_MAX_PARTS = 30


class ChangedMeanwhile(Exception):  # noqa: N818 - what happened
    """An object is not any more what the listing said: a new edition is being written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketPrefix:
    """A folder in a bucket."""

    bucket: str
    """Name of the bucket."""
    prefix: str
    """Begin of the keys in the folder: ends with `/`, or is empty for the whole bucket."""

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}"


def parse_uri(uri: str) -> BucketPrefix:
    """The folder that `s3://bucket/prefix` names.

    Raises:
        UsageError: it is no such address.
    """
    bucket, _, path = uri.removeprefix("s3://").partition("/")
    if not uri.startswith("s3://") or not _BUCKET.fullmatch(bucket):
        raise UsageError(f"no address of a bucket: {printable(uri)!r}", hint="It looks like s3://bucket/prefix.")
    prefix = path.strip("/")
    return BucketPrefix(bucket=bucket, prefix=f"{prefix}/" if prefix else "")


def list_objects(reader: BillReader, place: BucketPrefix) -> dict[str, StoredObject]:
    """Every object below a prefix by its key, folder markers left out.

    Raises:
        BillError: more than `MAX_OBJECTS`.
    """
    found: dict[str, StoredObject] = {}
    for page in _pages(reader, place):
        for item in page.get("Contents", ()):
            if not item["Key"].endswith("/"):
                found[item["Key"]] = StoredObject(
                    key=item["Key"], size=item["Size"], etag=item["ETag"], modified=item["LastModified"]
                )
        if len(found) > MAX_OBJECTS:
            raise BillError(
                f"{place} holds more than {MAX_OBJECTS:,} objects", hint="Name the folder of the report or export."
            )
    return found


def _pages(reader: BillReader, place: BucketPrefix) -> Iterator[Any]:
    more: dict[str, str] = {}
    seen: set[str] = set()
    while True:
        page = reader.ask(LIST_OBJECTS, Bucket=place.bucket, Prefix=place.prefix, **more)
        yield page
        if not page.get("IsTruncated"):
            return
        token = page.get("NextContinuationToken")
        if not token:
            raise IncompleteAnswer(error="s3 ListObjectsV2 is cut off and gives no token for the rest")
        if token in seen:
            raise PagingLoop("s3 ListObjectsV2 gave the same page token twice")
        seen.add(token)
        more = {"ContinuationToken": token}


def local_path(folder: Path, place: BucketPrefix, key: str) -> Path:
    """Where an object goes: its key, relative to the prefix, below `folder`.

    Raises:
        BillError: it would go elsewhere, or its key cannot be the name of a file.
    """
    parts = key.removeprefix(place.prefix).split("/")
    if not key.startswith(place.prefix) or len(parts) > _MAX_PARTS or not all(_PART.fullmatch(part) for part in parts):
        raise BillError(
            f"{printable(key)[:200]!r} in {place} has no name that a file below one folder could have",
            hint="Name the folder that holds report and manifest; keys with `..` or odd characters are refused.",
        )
    path = folder.joinpath(PurePosixPath(*parts))
    # A link inside the folder could still lead out of it.
    if not path.parent.resolve().is_relative_to(folder.resolve()):
        raise BillError(f"{path} leads out of {folder} by a link", hint="Choose an empty folder.")
    return path


def read_object(reader: BillReader, place: BucketPrefix, listed: StoredObject, limit: int) -> bytes:
    """A small object, whole.

    Raises:
        BillError: it is larger than `limit` bytes, or does not come whole.
        ChangedMeanwhile: it is not the one that was listed.
    """
    if listed.size > limit:
        raise BillError(
            f"{printable(listed.key)} has {listed.size:,} bytes; at most {limit:,} are read", hint="It is no manifest."
        )
    stream = io.BytesIO()
    _copy(reader, place, listed, stream)
    return stream.getvalue()


def download(reader: BillReader, place: BucketPrefix, listed: StoredObject, path: Path) -> None:
    """Puts an object at `path`, whole or not at all; its time there is that in the bucket.

    Raises:
        BillError: it does not come whole, or cannot be put there.
        ChangedMeanwhile: it is not the one that was listed.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".bill-")
    except OSError as error:
        raise BillError(f"{path} cannot be written: {error.strerror}", hint="Choose an empty folder.") from error
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            _copy(reader, place, listed, stream)
        os.utime(part, (listed.modified.timestamp(),) * 2)
        move_file(part, path)
    except OSError as error:
        raise BillError(f"{path} cannot be written: {error.strerror}", hint="Choose an empty folder.") from error
    finally:
        part.unlink(missing_ok=True)


def _copy(reader: BillReader, place: BucketPrefix, listed: StoredObject, stream: BinaryIO) -> None:
    """Writes the content to `stream`; where the connection breaks, once more from the begin."""
    for attempt in range(1, _ATTEMPTS + 1):
        stream.seek(0)
        stream.truncate()
        try:
            for chunk in _chunks(reader, place, listed):
                stream.write(chunk)
        except _BROKEN as error:
            if attempt == _ATTEMPTS:
                raise BillError(
                    f"{printable(listed.key)} broke off {_ATTEMPTS} times: {clean(str(error))}",
                    hint="Check the network, then repeat.",
                ) from error
        else:
            return


def _chunks(reader: BillReader, place: BucketPrefix, listed: StoredObject) -> Iterator[bytes]:
    """The content in pieces. Its length is that of the listing, or the last piece does not come."""
    try:
        answer = reader.ask(GET_OBJECT, Bucket=place.bucket, Key=listed.key, IfMatch=listed.etag)
    except ClientError as error:
        if error_code(error) in _CHANGED:
            raise ChangedMeanwhile(listed.key) from error
        raise
    left = listed.size
    # As a context manager of its own it gives the raw stream, which does not notice that it is cut off.
    with closing(answer["Body"]) as body:
        while chunk := body.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                break
            yield chunk
    if left:
        raise BillError(
            f"{printable(listed.key)} does not have the {listed.size:,} bytes that the bucket announces",
            hint="Try again later.",
        )

"""The alert book as an object of S3, written on the condition that nobody else has.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html.
"""

import logging
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from costopt.errors import AlertBookError
from costopt.store.alert_book.interface import Kept, overtaken, require_small, unreachable

_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 4}, connect_timeout=10, read_timeout=30)
_LOST = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})
_ABSENT = frozenset({"NoSuchKey"})
"""Not `NoSuchBucket`: without a bucket there is no book, and none can be begun."""
_HINT = (
    "Check that it exists and that the credentials may s3:GetObject and s3:PutObject on the object, and s3:ListBucket "
    "on the bucket: without that S3 does not say that an object is missing."
)


class S3Shelf:
    """One object."""

    def __init__(self, bucket: str, key: str) -> None:
        for name in ("boto3", "botocore", "urllib3"):  # their debug logs hold request signatures
            logging.getLogger(name).setLevel(logging.WARNING)
        self._bucket = bucket
        self._key = key
        self._made: Any = None

    @property
    def place(self) -> str:
        """Its address."""
        return f"s3://{self._bucket}/{self._key}"

    def read(self) -> Kept | None:
        """The object; None where the bucket has none under the key.

        Raises:
            AlertBookError: S3 cannot be reached or refuses.
        """
        try:
            answer = self._client().get_object(Bucket=self._bucket, Key=self._key)
            require_small(self.place, int(answer["ContentLength"]))
            return Kept(content=answer["Body"].read(), version=str(answer["ETag"]))
        except ClientError as error:
            if _code(error) in _ABSENT:
                return None
            raise self._refused(error) from error
        except BotoCoreError as error:
            raise self._unreached(error) from error

    def write(self, content: bytes, *, replaces: str | None) -> str:
        """Put the object where the one with that ETag is, or where none is.

        Raises:
            Overtaken: another run has written.
            AlertBookError: S3 cannot be reached or refuses.
        """
        condition = {"IfNoneMatch": "*"} if replaces is None else {"IfMatch": replaces}
        try:
            answer = self._client().put_object(
                Bucket=self._bucket, Key=self._key, Body=content, ContentType="application/json", **condition
            )
        except ClientError as error:
            # An object that was deleted meanwhile is no longer what is to be replaced, either.
            if _code(error) in _LOST or (replaces is not None and _code(error) in _ABSENT):
                raise overtaken(self.place) from None
            raise self._refused(error) from error
        except BotoCoreError as error:
            raise self._unreached(error) from error
        return str(answer["ETag"])

    def _client(self) -> Any:
        if self._made is None:
            self._made = boto3.client("s3", config=_CONFIG)
        return self._made

    def _refused(self, error: ClientError) -> AlertBookError:
        return unreachable(self.place, f"S3 answered {_code(error)}", _HINT)

    def _unreached(self, error: BotoCoreError) -> AlertBookError:
        return unreachable(self.place, type(error).__name__, "Check the credentials, the region and the network.")


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))

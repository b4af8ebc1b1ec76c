"""The alert book as an object of Cloud Storage, written on the condition of its generation.

Source: https://cloud.google.com/storage/docs/request-preconditions.
"""

from typing import Any

from google.api_core.exceptions import GoogleAPICallError, NotFound, PreconditionFailed, RetryError
from google.auth.exceptions import GoogleAuthError
from google.cloud import storage
from requests.exceptions import RequestException

from costopt.errors import DAMAGED_CREDENTIALS, AlertBookError
from costopt.store.alert_book.interface import Kept, Overtaken, overtaken, require_small, unreachable

_SECONDS = 30.0
_TRIES = 3
_FAILURES = (GoogleAPICallError, GoogleAuthError, RetryError, RequestException, OSError)
_HINT = (
    "Check that the bucket exists and that the credentials may storage.objects.get, .create and .delete on it: "
    "replacing an object takes both of the latter."
)


class GcsShelf:
    """One object."""

    def __init__(self, bucket: str, key: str) -> None:
        self._bucket = bucket
        self._key = key
        self._made: Any = None

    @property
    def place(self) -> str:
        """Its address."""
        return f"gs://{self._bucket}/{self._key}"

    def read(self) -> Kept | None:
        """The object; None where the bucket has none under the key.

        Raises:
            AlertBookError: Cloud Storage cannot be reached or refuses.
        """
        for _ in range(_TRIES):
            try:
                return self._read()
            except PreconditionFailed:
                continue  # replaced between its generation and its content
            except _FAILURES as error:
                raise self._failed(error) from error
        raise unreachable(self.place, "it is replaced all the time", "Let fewer runs share it.")

    def _read(self) -> Kept | None:
        bucket = self._client_bucket()
        blob = bucket.get_blob(self._key, timeout=_SECONDS)
        if blob is None:
            # Without a bucket there is no object, either; that is told by the first writing.
            return None
        require_small(self.place, blob.size)
        generation = int(blob.generation)  # a download changes what the object says of itself
        try:
            content = blob.download_as_bytes(if_generation_match=generation, timeout=_SECONDS)
        except NotFound:
            raise PreconditionFailed("deleted meanwhile") from None
        return Kept(content=content, version=str(generation))

    def write(self, content: bytes, *, replaces: str | None) -> str:
        """Put the object where the one of that generation is, or where none is.

        Raises:
            Overtaken: another run has written.
            AlertBookError: Cloud Storage cannot be reached or refuses.
        """
        blob = self._client_bucket().blob(self._key)
        try:
            # A generation of 0 stands for no object.
            blob.upload_from_string(
                content,
                content_type="application/json",
                if_generation_match=int(replaces or 0),
                timeout=_SECONDS,
            )
        except PreconditionFailed:
            raise self._lost() from None
        except _FAILURES as error:
            raise self._failed(error) from error
        return str(blob.generation)

    def _client_bucket(self) -> Any:
        try:
            if self._made is None:
                self._made = storage.Client()
        except _FAILURES as error:
            raise self._failed(error) from error
        except DAMAGED_CREDENTIALS:
            raise unreachable(self.place, "the file of credentials for Google Cloud is damaged", _HINT) from None
        return self._made.bucket(self._bucket)

    def _lost(self) -> Overtaken:
        return overtaken(self.place)

    def _failed(self, error: Exception) -> AlertBookError:
        code = getattr(error, "code", None)
        why = f"it answered {int(code)}" if isinstance(code, int) else type(error).__name__
        return unreachable(self.place, why, _HINT)

"""Opens a downloaded body for reading, with a bound on what a compressed one may grow to."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Final

from costopt.prices.refresh.fetch import Download, FetchError

MAX_DECODED_BYTES: Final = 8 * 2**30
"""Largest decoded body. The largest EC2 region file has been below 1 GB."""

MAX_RATIO: Final = 100
"""Largest growth by decompression. Price files shrink 15 to 40 times; a gzip bomb reaches 1,032 times.
Source of the bound: https://www.zlib.net/zlib_tech.html."""

RATIO_FREE_BYTES: Final = 16 * 2**20
"""Decoded size below which the ratio does not matter: that much is harmless."""


class Body:
    """A reader that refuses to give more than `limit` bytes and names the file in its errors."""

    def __init__(self, inner: IO[bytes] | gzip.GzipFile, *, limit: int, url: str) -> None:
        self._inner = inner
        self._left = limit
        self._limit = limit
        self._url = url

    def read(self, size: int = -1) -> bytes:
        """The next bytes, all that are left where `size` is negative; empty at the end.

        Raises:
            FetchError: damaged, or beyond the limit.
        """
        most = self._left + 1
        try:
            data = self._inner.read(most if size < 0 else min(size, most))
        except (EOFError, OSError, zlib.error) as error:
            raise FetchError(f"{self._url} is damaged: {error}") from error
        self._left -= len(data)
        if self._left < 0:
            raise FetchError(f"{self._url} grows beyond {self._limit:,} bytes when decompressed, so it is not read")
        return data


@contextmanager
def opened(
    download: Download, *, max_decoded_bytes: int = MAX_DECODED_BYTES, max_ratio: int = MAX_RATIO
) -> Iterator[Body]:
    """The decoded body as a stream. Reading raises `FetchError` where it is damaged or grows too large."""
    with download.path.open("rb") as raw:
        if not download.gzipped:
            yield Body(raw, limit=max_decoded_bytes, url=download.url)
            return
        sent = download.path.stat().st_size
        limit = min(max_decoded_bytes, max(RATIO_FREE_BYTES, sent * max_ratio))
        with gzip.GzipFile(fileobj=raw) as plain:
            yield Body(plain, limit=limit, url=download.url)

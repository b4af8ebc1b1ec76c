import gzip
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from costopt.prices.refresh.body import opened
from costopt.prices.refresh.fetch import Fetcher, FetchError, Patience, Validators
from tests.prices.refresh.price_server import PriceServer

BODY = b'{"regions": {"eu-west-1": 1}}' * 100


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def fetcher(server: PriceServer, tmp_path: Path, pauses: list[float]) -> Iterator[Fetcher]:
    with Fetcher(server.url, folder=tmp_path, pause=pauses.append) as ready:
        yield ready


def test_a_file_arrives_with_its_validators(server: PriceServer, fetcher: Fetcher) -> None:
    server.put("/file", BODY)
    server.headers["/file"] = {"Last-Modified": "Mon, 02 Nov 2026 10:00:00 GMT"}
    got = fetcher.get("/file")
    assert got is not None
    assert got.path.read_bytes() == BODY
    assert got.validators.etag
    assert got.validators.last_modified == "Mon, 02 Nov 2026 10:00:00 GMT"


def test_an_unchanged_file_is_not_sent_again_and_a_changed_one_is(server: PriceServer, fetcher: Fetcher) -> None:
    server.put("/file", BODY)
    first = fetcher.get("/file")
    assert first is not None
    assert fetcher.get("/file", known=first.validators) is None
    server.put("/file", BODY + b" ")
    assert fetcher.get("/file", known=first.validators) is not None
    assert server.asked("/file") == [200, 304, 200]


def test_a_server_error_is_tried_again_after_growing_pauses(
    server: PriceServer, fetcher: Fetcher, pauses: list[float]
) -> None:
    server.put("/file", BODY)
    server.fail("/file", status=500, times=2)
    assert fetcher.get("/file") is not None
    assert server.asked("/file") == [500, 500, 200]
    assert pauses == [0.5, 1.0]


def test_the_pause_that_a_throttling_server_asks_for_is_kept(
    server: PriceServer, fetcher: Fetcher, pauses: list[float]
) -> None:
    server.put("/file", BODY)
    server.fail("/file", status=429, headers={"Retry-After": "7"})
    server.fail("/file", status=503, headers={"Retry-After": "86400"})
    assert fetcher.get("/file") is not None
    assert pauses == [7.0, 30.0]


def test_a_body_cut_short_is_fetched_again(server: PriceServer, fetcher: Fetcher) -> None:
    server.put("/file", BODY)
    server.fail("/file", keep_bytes=100)
    got = fetcher.get("/file")
    assert got is not None
    assert got.path.read_bytes() == BODY


def test_a_body_always_cut_short_is_an_error_and_leaves_nothing(
    server: PriceServer, fetcher: Fetcher, tmp_path: Path
) -> None:
    server.put("/file", BODY)
    server.fail("/file", keep_bytes=100, times=99)
    with pytest.raises(FetchError, match="failed 4 times"):
        fetcher.get("/file")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_file_is_not_asked_for_again(server: PriceServer, fetcher: Fetcher) -> None:
    with pytest.raises(FetchError, match="HTTP 404"):
        fetcher.get("/nothing")
    assert server.asked("/nothing") == [404]


@pytest.mark.parametrize("target", ["https://example.com/file", "/elsewhere"])
def test_a_redirect_is_refused_and_names_its_target(server: PriceServer, fetcher: Fetcher, target: str) -> None:
    server.put("/file", BODY)
    server.fail("/file", status=302, headers={"Location": target})
    with pytest.raises(FetchError, match=target):
        fetcher.get("/file")
    assert server.log == [("/file", 302)]


@pytest.mark.parametrize(
    "address", ["https://example.com/file", "//example.com/file", "file:///etc/passwd", "http://127.0.0.1:1/file"]
)
def test_an_index_cannot_point_to_another_host(fetcher: Fetcher, server: PriceServer, address: str) -> None:
    with pytest.raises(FetchError):
        fetcher.get(address)
    assert server.log == []


@pytest.mark.parametrize("base", ["file:///tmp", "ftp://127.0.0.1", "pricing.example", ""])
def test_only_http_bases_are_taken(base: str, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="not an http or https address"):
        Fetcher(base, folder=tmp_path)


def test_a_not_modified_that_was_not_asked_for_is_an_error(server: PriceServer, fetcher: Fetcher) -> None:
    server.put("/file", BODY)
    server.fail("/file", status=304)
    with pytest.raises(FetchError):
        fetcher.get("/file")


def test_an_unknown_encoding_is_refused(server: PriceServer, fetcher: Fetcher) -> None:
    server.put("/file", BODY)
    server.headers["/file"] = {"Content-Encoding": "br"}
    with pytest.raises(FetchError, match="br"):
        fetcher.get("/file")


def test_a_body_beyond_the_limit_is_refused(server: PriceServer, tmp_path: Path) -> None:
    server.put("/file", BODY)
    with (
        Fetcher(server.url, folder=tmp_path, max_body_bytes=len(BODY) - 1) as fetcher,
        pytest.raises(FetchError, match="larger than"),
    ):
        fetcher.get("/file")
    assert list(tmp_path.iterdir()) == []


def test_a_body_that_drips_for_too_long_is_given_up(server: PriceServer, tmp_path: Path) -> None:
    server.put("/file", BODY)
    with (
        Fetcher(server.url, folder=tmp_path, patience=Patience(total_seconds=0.0)) as fetcher,
        pytest.raises(FetchError, match="did not arrive within 0 seconds"),
    ):
        fetcher.get("/file")


def test_the_proxy_of_the_environment_is_used(
    server: PriceServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", server.url)
    server.put("http://prices.example/file", BODY)
    with Fetcher("http://prices.example", folder=tmp_path) as fetcher:
        got = fetcher.get("/file")
    assert got is not None
    assert got.path.read_bytes() == BODY


def test_nobody_listening_is_an_error_with_a_next_step(tmp_path: Path) -> None:
    with (
        Fetcher("http://127.0.0.1:1", folder=tmp_path, pause=lambda _: None) as fetcher,
        pytest.raises(FetchError) as caught,
    ):
        fetcher.get("/file")
    assert "catalog in use was not touched" in caught.value.hint


def test_a_compressed_body_reads_as_what_was_compressed(server: PriceServer, fetcher: Fetcher) -> None:
    server.put("/file", BODY, compressed=True)
    got = fetcher.get("/file")
    assert got is not None
    with opened(got) as stream:
        assert stream.read() == BODY


def test_a_gzip_bomb_is_refused_before_it_fills_the_memory(server: PriceServer, fetcher: Fetcher) -> None:
    server.put("/bomb", b"0" * (24 * 2**20), compressed=True)
    got = fetcher.get("/bomb")
    assert got is not None
    assert got.path.stat().st_size < 100_000
    with opened(got) as stream, pytest.raises(FetchError, match="grows beyond 16,777,216 bytes"):
        stream.read()


def test_a_damaged_gzip_is_refused(server: PriceServer, fetcher: Fetcher) -> None:
    server.put("/file", gzip.compress(BODY)[:-12])
    server.headers["/file"] = {"Content-Encoding": "gzip"}
    got = fetcher.get("/file")
    assert got is not None
    with opened(got) as stream, pytest.raises(FetchError, match="damaged"):
        [*iter(partial(stream.read, 64), b"")]


def test_a_chunked_body_is_taken_and_one_cut_between_chunks_is_not(server: PriceServer, fetcher: Fetcher) -> None:
    server.streams["/file"] = lambda: iter([BODY, BODY])
    got = fetcher.get("/file")
    assert got is not None
    assert got.path.read_bytes() == BODY * 2

    def broken() -> Iterator[bytes]:
        yield BODY
        raise ConnectionAbortedError

    server.streams["/file"] = broken
    with pytest.raises(FetchError, match="failed 4 times"):
        fetcher.get("/file")


def test_without_validators_a_request_is_plain() -> None:
    assert Validators().headers() == {}

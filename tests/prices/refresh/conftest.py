from collections.abc import Iterator

import pytest

from tests.prices.refresh.price_server import PriceServer


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[PriceServer]:
    """A price server on loopback without any file, reached without the proxy of the environment."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with PriceServer() as running:
        yield running

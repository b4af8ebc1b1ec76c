"""The places that fresh prices come from; each gives a part, or None where the part at hand is still current."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urljoin

from costopt.prices.refresh.advisor import ADVISOR_URL, read_advisor
from costopt.prices.refresh.body import opened
from costopt.prices.refresh.fetch import Fetcher, Patience, Validators
from costopt.prices.refresh.index import BASE_URL, OFFER_CODES, SAVINGS_PLANS, PriceIndex
from costopt.prices.refresh.offer import read_offer
from costopt.prices.refresh.parts import Part
from costopt.prices.refresh.savings_plans import read_savings_plans
from costopt.prices.refresh.spot import SPOT_SOURCE, default_client, read_spot
from costopt.prices.refresh.tally import Rows

SPOT: Final = "spot"
"""Service name of current spot prices, which need credentials."""

ADVISOR: Final = "advisor"
"""Service name of the spot advisor's file."""

ALL_REGIONS: Final = "all"
"""Region of a part that holds every region."""

BULK_SERVICES: Final = (*OFFER_CODES, SAVINGS_PLANS)
"""Services with a price file per region."""

SERVICES: Final = (*BULK_SERVICES, SPOT, ADVISOR)
"""What can be refreshed."""

Known = Callable[[str, str], Validators | None]
"""Gives the validators of the part of that name at hand, if it was read from that address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where fresh prices come from."""

    base_url: str = BASE_URL
    """Host of the price files."""
    advisor_url: str = ADVISOR_URL
    """Address of the spot advisor's file."""
    spot_client: Callable[[str], Any] = default_client
    """Gives an EC2 client of a region."""
    patience: Patience = field(default_factory=Patience)
    """Waits and retries of downloads."""


def part_name(service: str, region: str) -> str:
    """Name of a part, such as `ec2@eu-west-1`."""
    return f"{service}@{region}"


class PriceFiles:
    """AWS's public price files of one partition."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._index = PriceIndex(fetcher)

    def read(self, service: str, region: str, known: Known) -> Part | None:
        """The prices of a service in a region.

        Raises:
            FetchError: not listed, not reachable, cut short, not a price file, or nothing in it is of use.
        """
        url = urljoin(self._fetcher.base_url + "/", self._index.address(service, region))
        reader = read_savings_plans if service == SAVINGS_PLANS else read_offer
        return _downloaded(
            self._fetcher,
            part_name(service, region),
            url,
            known,
            lambda stream, _: reader(stream, region=region, url=url),
        )


def read_advisor_part(fetcher: Fetcher, url: str, known: Known, *, now: datetime) -> Part | None:
    """The spot advisor's file.

    Raises:
        FetchError: not reachable, cut short, or not the advisor's file.
    """
    return _downloaded(
        fetcher,
        part_name(ADVISOR, ALL_REGIONS),
        url,
        known,
        lambda stream, validators: read_advisor(stream, url=url, as_of=_day(validators.last_modified, now)),
    )


def read_spot_part(sources: Sources, region: str, *, now: datetime) -> Part:
    """Current spot prices of a region.

    Raises:
        FetchError: denied, unreachable, no credentials, or no price at all.
    """
    rows = read_spot(sources.spot_client, region=region, now=now)
    return Part(name=part_name(SPOT, region), url=SPOT_SOURCE, validators=Validators(), rows=rows)


def _downloaded(
    fetcher: Fetcher, name: str, url: str, known: Known, parse: Callable[[Any, Validators], Rows]
) -> Part | None:
    download = fetcher.get(url, known=known(name, url))
    if download is None:
        return None
    try:
        with opened(download) as stream:
            rows = parse(stream, download.validators)
    finally:
        download.path.unlink(missing_ok=True)
    return Part(name=name, url=url, validators=download.validators, rows=rows)


def _day(last_modified: str | None, now: datetime) -> date:
    """Day of a `Last-Modified`; today's where the server sends none that can be read."""
    try:
        return parsedate_to_datetime(last_modified or "").astimezone(UTC).date()
    except ValueError:
        return now.astimezone(UTC).date()

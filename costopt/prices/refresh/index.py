"""Finds a region's price file: offers index, then the service's region index, then the file's address.

Source: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-price-list-query-api.html (bulk files).
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from costopt.prices.refresh.body import opened
from costopt.prices.refresh.fetch import Fetcher, FetchError
from costopt.prices.refresh.pull import reading

BASE_URL: Final = "https://pricing.us-east-1.amazonaws.com"
"""Host of the price files of the commercial partition and GovCloud."""

CHINA_BASE_URL: Final = "https://pricing.cn-north-1.amazonaws.com.cn"
"""Host of the price files of the China regions; those are in CNY."""

OFFERS_INDEX: Final = "/offers/v1.0/aws/index.json"
"""Path of the list of services."""

OFFER_CODES: Final = {"ec2": "AmazonEC2", "rds": "AmazonRDS", "elb": "AWSELB", "vpc": "AmazonVPC"}
"""Service here and its code in the index. EBS and NAT gateways stand in AmazonEC2's file."""

SAVINGS_PLANS: Final = "savings_plans"
"""Name here of Compute and EC2 Instance Savings Plans."""


class PriceIndex:
    """The addresses of the current price files, each index read once."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._offers: Mapping[str, Any] | None = None
        self._regions: dict[str, Mapping[str, str]] = {}
        self._failed: dict[str, FetchError] = {}

    def address(self, service: str, region: str) -> str:
        """Path of the current file of a service in a region.

        Raises:
            FetchError: an index cannot be read, or does not list the service or the region.
        """
        if service not in self._regions:
            self._regions[service] = self._region_index(service)
        path = self._regions[service].get(region)
        if path is None:
            raise FetchError(
                f"{self._fetcher.base_url} lists no {service} prices for the region {region!r}",
                hint="Check the region's name; China has its own base address.",
            )
        return path

    def _region_index(self, service: str) -> Mapping[str, str]:
        path = self._index_path(service)
        with reading(path):
            regions = self._json(path)["regions"]
            if service == SAVINGS_PLANS:
                return {entry["regionCode"]: entry["versionUrl"] for entry in regions}
            return {code: entry["currentVersionUrl"] for code, entry in regions.items()}

    def _index_path(self, service: str) -> str:
        if self._offers is None:
            with reading(OFFERS_INDEX):
                self._offers = dict(self._json(OFFERS_INDEX)["offers"])
        code = "AmazonEC2" if service == SAVINGS_PLANS else OFFER_CODES[service]
        key = "currentSavingsPlanIndexUrl" if service == SAVINGS_PLANS else "currentRegionIndexUrl"
        path = self._offers.get(code, {}).get(key)
        if not path:
            raise FetchError(f"{self._fetcher.base_url}{OFFERS_INDEX} names no {key} for {code}")
        return str(path)

    def _json(self, path: str) -> Any:
        """An index; one that failed is not asked for again, as every part of the refresh would wait for it."""
        if path in self._failed:
            raise self._failed[path]
        try:
            return self._downloaded(path)
        except FetchError as error:
            self._failed[path] = error
            raise

    def _downloaded(self, path: str) -> Any:
        download = self._fetcher.get(path)
        if download is None:
            raise FetchError(f"{path} answered that nothing changed, but was not asked")
        try:
            with opened(download) as stream, reading(download.url):
                return json.load(stream)
        finally:
            download.path.unlink(missing_ok=True)

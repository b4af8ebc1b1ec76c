"""What the parsers make of assets, without any server."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from google.cloud import asset_v1
from google.protobuf.json_format import MessageToDict

from costopt.collectors.gcp.interface import Asset
from costopt.collectors.gcp.names import Project
from costopt.collectors.gcp.registry import SERVICES
from costopt.model.resource import Resource
from tests.oracles.google_server import NUMBER, PROJECT

PARSERS = {asset_type: parse for service in SERVICES for asset_type, parse in service.parsers.items()}


def rows_of(assets: Iterable[asset_v1.Asset]) -> Iterator[Resource]:
    """Resources of assets as the server lists them."""
    for one in assets:
        plain = asset_v1.Asset.pb(one)
        data = MessageToDict(plain.resource.data)
        if one.asset_type in PARSERS:
            yield from rows(one.asset_type, one.name, data, location=plain.resource.location)


def rows(
    asset_type: str, name: str, data: Mapping[str, Any], *, location: str = "", project: str = PROJECT
) -> list[Resource]:
    """Resources of one asset by its JSON."""
    asset = Asset(name=name, asset_type=asset_type, location=location, data=data)
    return list(PARSERS[asset_type](Project(id=project, number=NUMBER), asset))

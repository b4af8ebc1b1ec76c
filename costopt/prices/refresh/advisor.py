"""Reads the spot advisor's file: how much spot saves and how often it is interrupted."""

import json
from datetime import date
from typing import Any, Final

from costopt.prices.refresh.pull import reading
from costopt.prices.refresh.tally import Advice, Rejected, Rows

ADVISOR_URL: Final = "https://spot-bid-advisor.s3.amazonaws.com/spot-advisor-data.json"
"""Feed behind https://aws.amazon.com/ec2/spot/instance-advisor/."""

_SYSTEMS: Final = {"Linux": "linux", "Windows": "windows"}

WORST_BAND: Final = 4
"""Interrupted in more than 20 % of cases; bands are 0 to 4, see `ranges` in the file."""


def read_advisor(stream: Any, *, url: str, as_of: date) -> Rows:
    """The advisor's rows of every region. The file is about 1 MB, so it is read whole.

    Args:
        stream: binary, decompressed.
        url: where it came from.
        as_of: day the server says it was last changed.

    Raises:
        FetchError: not JSON, or not the advisor's file.
    """
    with reading(url):
        advice: list[Advice] = []
        rejected: list[Rejected] = []
        for region, systems in json.load(stream)["spot_advisor"].items():
            for system, types in systems.items():
                for instance_type, entry in types.items():
                    row = _row(instance_type, region, system, entry, url, as_of)
                    if isinstance(row, Rejected):
                        rejected.append(row)
                    elif row is not None:
                        advice.append(row)
        if not advice:
            raise ValueError("it holds no advice")
        return Rows(advice=tuple(advice), rejected=tuple(rejected), as_of=as_of)


def _row(
    instance_type: str, region: str, system: str, entry: dict[str, Any], url: str, as_of: date
) -> Advice | Rejected | None:
    if system not in _SYSTEMS:
        return None
    saving, band = entry["s"], entry["r"]
    if not (isinstance(saving, int) and 0 <= saving < 100 and isinstance(band, int) and 0 <= band <= WORST_BAND):
        what = f"spot advice {instance_type} {region} {_SYSTEMS[system]}"
        return Rejected(what=what, reason=f"saving {saving!r} % or band {band!r} cannot be")
    return Advice(
        instance_type=instance_type,
        region=region,
        os=_SYSTEMS[system],
        saving_fraction=saving / 100,
        interruption_band=band,
        source=url,
        as_of=as_of,
    )

"""Names of Google resources: the id that a resource has here, and the region that it lies in."""

import re
from dataclasses import dataclass

GLOBAL = "global"
"""Region of what lies in none."""

_BELOW_PROJECT = re.compile(r"(?:^|/)projects/([^/]+)/(.+)$")
_HOST = re.compile(r"^(?:https?:)?//[^/]+/")
_ZONE = re.compile(r"([a-z]+-[a-z]+[0-9]+)-[a-z]")
_ZONAL_CLUSTER = re.compile(r"^zones/([^/]+)/clusters/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """The project that is read."""

    id: str
    """Id, the account of everything in it."""
    number: str | None = None
    """Number, which many names use for the id; None where it is not known."""

    def id_of(self, link: str) -> str:
        """The id of a resource by its full name, its link, or the path that another resource refers to it by.

        It is the path below the project, `zones/us-central1-a/instances/web-1`. What lies in another project keeps
        its project, `projects/other/global/images/base`.

        Source: https://cloud.google.com/apis/design/resource_names, and for the two forms of clusters
        https://cloud.google.com/asset-inventory/docs/resource-name-format.
        """
        found = _BELOW_PROJECT.search(link)
        if found is None:
            return _HOST.sub("", link)
        owner, path = found.groups()
        path = _ZONAL_CLUSTER.sub(r"locations/\1/clusters/", path)
        return path if owner in (self.id, self.number) else f"projects/{owner}/{path}"


def last_part(link: str) -> str:
    """What follows the last slash: `n1-standard-1` of a link to a machine type, `us-central1-a` of one to a zone."""
    return link.rstrip("/").rpartition("/")[2]


def region_of(location: str) -> str:
    """The region of a location: its own, that of a zone, a multi-region in lower case, or `global`.

    Source: https://cloud.google.com/compute/docs/regions-zones#identifying_a_region_or_zone.
    """
    place = last_part(location).lower()
    zone = _ZONE.fullmatch(place)
    return zone.group(1) if zone else place or GLOBAL


def zone_of(location: str) -> str | None:
    """The zone, None where a location is none."""
    place = last_part(location)
    return place if _ZONE.fullmatch(place) else None

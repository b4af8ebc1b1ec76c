"""The plan of a made company: resources and series as they are drawn, and what must be found among them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import NamedTuple

from costopt.model.period import Period, look_back
from costopt.model.resource import Resource, ResourceKey, Spec
from costopt.model.series import Series

HOUR = 3600
DAY = 86400
DAYS_KEPT: Mapping[int, int] = {HOUR: 14, DAY: 30}
"""Days that are kept of a metric, by the length of its step."""


class Place(NamedTuple):
    """Where a resource lives."""

    account: str
    """Account id."""
    region: str
    """Region, or `global`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What people say of a resource."""

    name: str | None
    """Name that people gave it."""
    tags: Mapping[str, str] | None
    """Its tags."""


class Plan:
    """Collects what is drawn for one company; the only source of chance is its generator."""

    def __init__(self, seed: int | str, now: datetime, provider: str = "aws") -> None:
        self.rng = Random(seed)  # noqa: S311 - made data, nothing secret
        self.now = now.astimezone(UTC)
        self.provider = provider
        self.resources: list[Resource] = []
        self.series: list[Series] = []
        self.answers: dict[str, set[ResourceKey]] = {}
        self._position: dict[ResourceKey, int] = {}
        self._periods: dict[tuple[int, int], Period] = {}

    def period(self, step: int, days: int | None = None) -> Period:
        """Whole steps of a look-back; of so many days as metrics with that step usually have, where none are said."""
        key = step, days or DAYS_KEPT[step]
        if key not in self._periods:
            self._periods[key] = look_back(self.now, days=key[1], step=timedelta(seconds=step))
        return self._periods[key]

    def ago(self, days: float) -> datetime:
        """A moment before now, cut to the second as providers report it."""
        return (self.now - timedelta(days=days)).replace(microsecond=0)

    def hex_id(self, prefix: str, digits: int = 17) -> str:
        """A fresh id such as `i-0f3a...`."""
        return f"{prefix}-0{self.rng.getrandbits(4 * (digits - 1)):0{digits - 1}x}"

    def between(self, low: float, high: float) -> float:
        """A number between two others."""
        return self.rng.uniform(low, high)

    def under(self, threshold: float) -> float:
        """A number a little below a threshold."""
        return threshold * self.rng.uniform(0.78, 0.97)

    def over(self, threshold: float) -> float:
        """A number a little above a threshold."""
        return threshold * self.rng.uniform(1.04, 1.25)

    def add(
        self,
        place: Place,
        resource_id: str,
        spec: Spec,
        who: Identity,
        *,
        age_days: float | None,
        arn: str | None = None,
        flags: Sequence[str] = (),
    ) -> Resource:
        """Add a resource.

        Args:
            place: account and region.
            resource_id: provider's id.
            spec: its specification.
            who: name and tags.
            age_days: age in days, None where the provider does not tell.
            arn: full name, where it has one.
            flags: ids of the checks that must flag it; none for a healthy one.
        """
        resource = Resource(
            provider=self.provider,
            account=place.account,
            region=place.region,
            id=resource_id,
            spec=spec,
            name=who.name,
            arn=arn,
            created_at=None if age_days is None else self.ago(age_days),
            tags=who.tags,
        )
        self._position[resource.key] = len(self.resources)
        self.resources.append(resource)
        for check_id in flags:
            self.answers.setdefault(check_id, set()).add(resource.key)
        return resource

    def respecify(self, resource: Resource, spec: Spec) -> None:
        """Give a resource that is already there another specification of its kind."""
        position = self._position[resource.key]
        self.resources[position] = replace(self.resources[position], spec=spec)

    def resource(self, key: ResourceKey) -> Resource:
        """The resource with that key as it is now."""
        return self.resources[self._position[key]]

    def planted(self, resource: Resource) -> bool:
        """Whether some check must flag the resource."""
        return any(resource.key in keys for keys in self.answers.values())

    def measure(self, resource: Resource, metric: str, step: int, values: Sequence[float | None]) -> None:
        """Add a series that ends at the last whole step; what lies before the resource's birth is left out."""
        period = self.period(step, len(values) * step // DAY)
        if resource.created_at is not None and resource.created_at > period.start:
            born = int((resource.created_at - period.start).total_seconds() // step) + 1
            values = [None] * born + list(values[born:])
        self.series.append(
            Series(resource=resource.key, metric=metric, start=period.start, step_seconds=step, values=tuple(values))
        )

    def holes(self, values: Sequence[float | None], share: float) -> list[float | None]:
        """The same values with a few points missing, as providers lose them."""
        draw = self.rng.random
        return [None if draw() < share else value for value in values]


Draw = Callable[[Plan], None]
"""One theme of the company: adds its resources, series and answers to the plan."""

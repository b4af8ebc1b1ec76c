"""What Google's own Recommender says of the resources, for comparison.

Without a paid support plan an organisation has 100 reads a day, and a read is of one recommender in one place. So only
places are asked in which there is something, the fullest first; answers are kept for the day; and what is beyond the
reads of a run is a gap.

Sources: https://cloud.google.com/recommender/quotas, https://cloud.google.com/recommender/docs/recommenders.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Any

from google.cloud.recommender_v1 import (
    ListRecommendationsRequest,
    ListRecommendationsResponse,
    Operation,
    Recommendation,
)

from costopt.collectors.day_cache import DayCache
from costopt.collectors.faults import FailedResults, PagingLoop
from costopt.collectors.gcp.api import ConnectedApi
from costopt.collectors.gcp.connection import Connection
from costopt.collectors.gcp.faults import classify
from costopt.collectors.gcp.interface import Call
from costopt.collectors.gcp.names import last_part, region_of
from costopt.collectors.gcp.patience import ask
from costopt.collectors.gcp.recommenders import RECOMMENDERS, Recommender
from costopt.collectors.gcp.refusal import CALL_ERRORS
from costopt.model.resource import Resource
from costopt.model.specs.commitment import ProviderAdvice

ADVISER = "google-recommender"
PART = "advice"
"""Name of this part in the ledger."""
_ADD = "add"
"""Action of an operation that makes something.
Source: https://cloud.google.com/compute/docs/viewing-and-applying-idle-resources-recommendations."""
_MONTH_SECONDS = 30 * 86_400
_NANOS = Decimal(10**9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What is kept of one recommendation."""

    id: str
    """Its own id."""
    resource: str
    """Full name of the resource that it concerns."""
    finding: str
    """Google's word, such as `STOP_VM`."""
    recommended: str | None
    """Type that it recommends."""
    monthly_saving_usd: Decimal | None
    """Google's estimate for 30 days; None in other currencies."""


Kept = tuple[Advice, ...]
"""Answer for one recommender in one place."""


def advice_on(
    api: ConnectedApi, connection: Connection, rows: Sequence[Resource], cache: DayCache[Kept]
) -> Iterator[Resource]:
    """Recommendations on the resources of a project; what could not be read is noted as missing."""
    for recommender in RECOMMENDERS:
        for place in _places(recommender, rows):
            try:
                found = _kept_or_read(api.project.id, connection, recommender, place, cache)
            except CALL_ERRORS as error:
                api.missing(PART, error, of=f"{recommender.id} in {place}", kinds=(ProviderAdvice.KIND,))
                if not classify(error).retryable:
                    break  # what is denied in one place is denied in all
            else:
                yield from (_resource(api, one, place) for one in found)


def _places(recommender: Recommender, rows: Sequence[Resource]) -> list[str]:
    """Places that hold something which the recommender judges, the fullest first."""
    count = Counter(place for row in rows if (place := recommender.place(row)) is not None)
    return sorted(count, key=lambda place: (-count[place], place))


def _kept_or_read(
    project: str, connection: Connection, recommender: Recommender, place: str, cache: DayCache[Kept]
) -> Kept:
    parent = f"projects/{project}/locations/{place}/recommenders/{recommender.id}"
    fingerprint = sha256(parent.encode()).hexdigest()
    kept = cache.get(fingerprint)
    if kept is None:
        kept = tuple(_read(connection, recommender.call, parent))
        cache.put(fingerprint, kept)
    return kept


def _read(connection: Connection, call: Call, parent: str) -> Iterator[Advice]:
    request = ListRecommendationsRequest(parent=parent, filter="stateInfo.state=ACTIVE", page_size=1000)

    def send() -> ListRecommendationsResponse:
        answer = connection.recommendations.list_recommendations(
            request=request, retry=None, timeout=connection.timeout_seconds
        )
        return next(iter(answer.pages))

    seen: set[str] = set()
    while True:
        if not connection.limits.advice_reads.take():
            raise FailedResults("quota", "the reads of a run are used up; the next day has new ones", retryable=False)
        page = ask(connection.limits, call, send)
        yield from (_advice(one) for one in page.recommendations)
        if not page.next_page_token:
            return
        if page.next_page_token in seen:
            raise PagingLoop("ListRecommendations gave the same page token twice")
        seen.add(page.next_page_token)
        request.page_token = page.next_page_token


def _advice(one: Recommendation) -> Advice:
    operations = [operation for group in one.content.operation_groups for operation in group.operations]
    types = [operation.value for operation in operations if operation.path == "/machineType"]
    return Advice(
        id=last_part(one.name),
        resource=_target(one, operations),
        finding=one.recommender_subtype,
        recommended=next((last_part(name) for name in types if isinstance(name, str)), None),
        monthly_saving_usd=_saving(one.primary_impact.cost_projection),
    )


def _target(one: Recommendation, operations: Sequence[Operation]) -> str:
    """What a recommendation is about: never what it would add first, such as a snapshot of a disk to delete."""
    there = (operation.resource for operation in operations if operation.action != _ADD and operation.resource)
    return next(iter(one.target_resources), None) or next(there, "")


def _saving(projection: Any) -> Decimal | None:
    """Dollars for 30 days; costs that fall are negative.

    Source: https://cloud.google.com/recommender/docs/reference/rest/v1/projects.locations.recommenders.recommendations
    (CostProjection).
    """
    seconds = int(projection.duration.total_seconds()) if projection.duration else 0
    if projection.cost.currency_code != "USD" or not seconds:
        return None
    cost = Decimal(projection.cost.units) + Decimal(projection.cost.nanos) / _NANOS
    return (-cost * _MONTH_SECONDS / seconds).quantize(Decimal("0.01"))


def _resource(api: ConnectedApi, one: Advice, place: str) -> Resource:
    return Resource(
        provider="gcp",
        account=api.project.id,
        region=region_of(place),
        id=one.id,
        spec=ProviderAdvice(
            adviser=ADVISER,
            resource_id=api.project.id_of(one.resource),
            finding=one.finding,
            recommended=one.recommended,
            monthly_saving_usd=one.monthly_saving_usd,
        ),
    )

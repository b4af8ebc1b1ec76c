"""What a collector of one AWS service is: a declaration of its calls and a function that reads them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from costopt.model.resource import Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One API operation that a collector may use."""

    client: str
    """boto3's name of the service, such as `ec2` or `elbv2`."""
    operation: str
    """API name of the operation, such as `DescribeVolumes`."""
    action: str
    """IAM action that allows it, such as `ec2:DescribeVolumes`."""
    result: str | None = None
    """Key of the answer that must be there, `Reservations` say; its absence is a gap, never an empty list."""
    token: tuple[str, str] | None = None
    """Request and answer key of the page token, where botocore has no paginator for the operation."""
    limit: tuple[str, int] | None = None
    """Request key and value of the page size, where the operation has one."""


class Api(Protocol):
    """The declared calls of one collector in one account and region. Undeclared calls are refused."""

    @property
    def account(self) -> str:
        """Account id."""
        ...

    @property
    def region(self) -> str:
        """Region."""
        ...

    @property
    def partition(self) -> str:
        """`aws`, `aws-us-gov` or `aws-cn`."""
        ...

    @property
    def now(self) -> datetime:
        """Time of the collection, UTC."""
        ...

    def call(self, call: Call, **params: Any) -> Mapping[str, Any]:
        """One answer, checked to be whole (and to hold `call.result`)."""
        ...

    def pages(self, call: Call, **params: Any) -> Iterator[dict[str, Any]]:
        """The items under `call.result` over all pages; a token that repeats raises."""
        ...

    def missing(self, part: str, error: Exception, *, of: str | None = None) -> None:
        """Tells the ledger that a part of the rows could not be read, though the rest was.

        Args:
            part: what is missing, a word such as `tags`.
            error: why.
            of: id of the resource that it is missing of; None for all.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsCollector:
    """Reads one kind of thing. One file in `collectors/aws/services` declares one or more of them."""

    id: str
    """Name of the scope in the ledger, such as `ebs_volumes`."""
    kinds: tuple[type[Any], ...]
    """Specifications that it yields."""
    calls: tuple[Call, ...]
    """Everything that it may ask; the least-privilege policy is generated from this."""
    collect: Callable[[Api], Iterable[Resource]]
    """Reads all resources of one account and region."""
    is_global: bool = False
    """Read once an account and not in every region."""
    optional: bool = False
    """Needs an opt-in (Compute Optimizer, ...): `not enabled` is skipped, not a gap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricSource:
    """Where one canonical metric of one kind of resource is found in CloudWatch."""

    kind: str
    """Kind of resource."""
    metric: str
    """Canonical name, a key of `model.metrics.METRICS`."""
    namespace: str
    """Such as `AWS/EC2`."""
    name: str
    """CloudWatch's name, such as `CPUUtilization`."""
    stat: str
    """`Average`, `Maximum`, `Minimum`, `Sum`."""
    step_seconds: int
    """Length of a step: 3600 or 86400."""
    days: int
    """Look-back in days."""
    dimensions: Callable[[Resource], Mapping[str, str] | None]
    """Dimensions that select the resource, or None where the metric does not concern it (nothing is asked)."""
    discover: bool = False
    """The metric has further dimensions that only ListMetrics knows; those whose dimensions contain the given
    ones are read, and the greatest of them is kept."""

"""What a check says of a resource: outcome, evidence, arithmetic of the saving."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from costopt.model.money import SMALLEST_AMOUNT, USD, Money, total
from costopt.model.period import Period
from costopt.model.price import Price, Quality, worst_quality
from costopt.model.resource import ResourceKey


class Outcome(StrEnum):
    """How the judgement of one resource by one check ended."""

    FLAGGED = "flagged"
    CLEAR = "clear"
    NO_DATA = "no_data"
    NOT_APPLICABLE = "not_applicable"
    ERROR = "error"


class Category(StrEnum):
    """Waste is paid for nothing; an optimisation gets the same for less. Only waste fails a gate by default."""

    WASTE = "waste"
    OPTIMISATION = "optimisation"


class ActionKind(StrEnum):
    """What to do. Two findings on one resource never add up: the earlier in `PRECEDENCE` wins."""

    DELETE = "delete"
    STOP = "stop"
    SCHEDULE = "schedule"
    RESIZE = "resize"
    MIGRATE = "migrate"
    CONFIGURE = "configure"
    BUY = "buy"
    REVIEW = "review"


PRECEDENCE: tuple[ActionKind, ...] = (
    ActionKind.DELETE,
    ActionKind.STOP,
    ActionKind.SCHEDULE,
    ActionKind.RESIZE,
    ActionKind.MIGRATE,
    ActionKind.CONFIGURE,
    ActionKind.BUY,
    ActionKind.REVIEW,
)
"""Which action is counted where several concern one resource: delete beats stop beats resize beats buy."""


class Confidence(StrEnum):
    """How sure the finding is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Risk(StrEnum):
    """What can go wrong when the action is taken."""

    SAFE = "safe"
    REVERSIBLE = "reversible"
    DESTRUCTIVE = "destructive"


class Effort(StrEnum):
    """How much work the action is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One observation beside its threshold."""

    statement: str
    """In words, such as `peak CPU 1.8 % is below 5 %`. May contain hostile names."""
    metric: str | None = None
    """Canonical metric name, where it is a measurement."""
    observed: float | None = None
    """Observed value in the metric's unit."""
    threshold: float | None = None
    """The value it was held against."""
    period: Period | None = None
    """Look-back of the measurement, UTC."""
    coverage_fraction: float | None = None
    """Share of the expected points that were there, 0..1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputeUsage:
    """Instance hours that an owned commitment may already pay for."""

    service: str
    """`ec2`, `rds`, `elasticache` or `sagemaker`; `fargate` and `lambda`, whose sizes plans pay for, too; `gce`;
    `bigquery`."""
    instance_type: str
    """The service's own name of the type; of Fargate and Lambda the unit: `vcpu_hour`, `gib_hour`, ...; of `gce` the
    item of the price book, such as `n2_custom_vcpu`; of `bigquery` likewise, `enterprise_slot`."""
    variant: str
    """As in `PriceBook.instance`: operating system, engine and deployment, or engine; of Fargate and Lambda the
    architecture; of `gce` the resource: `vcpu`, `memory`, `extended_memory` or `machine`; of `bigquery` the project
    that the reservation is in, whose commitments alone pay for its slots."""
    availability_zone: str | None = None
    """Zone, for zonal reservations."""
    tenancy: str = "default"
    """`default` or `dedicated`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One line of the arithmetic of a saving: quantity x price, positive for what is no longer paid."""

    label: str
    """What it is, such as `m5.xlarge on demand`."""
    subject: ResourceKey
    """Whose cost it is. Of several findings that save on one subject only one is counted."""
    quantity: Decimal
    """Units a month; negative for what is paid instead."""
    price: Price
    """Price of a unit."""
    usage: ComputeUsage | None = None
    """Set for instance hours that a reservation or savings plan may cover; None for all else, spot included."""

    @property
    def amount(self) -> Decimal:
        """Currency a month, unrounded."""
        return self.quantity * self.price.amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """A monthly saving as the sum of its terms, so that it can be explained and checked."""

    terms: tuple[Term, ...]
    """The lines; their sum is the saving."""

    @property
    def monthly(self) -> Money:
        """Saving a month of 730 hours, to a hundred-millionth so that sums print exactly."""
        currency = self.terms[0].price.currency if self.terms else USD
        exact = total((Money(amount=term.amount, currency=term.price.currency) for term in self.terms), currency)
        return Money(amount=exact.amount.quantize(SMALLEST_AMOUNT), currency=currency)

    @property
    def quality(self) -> Quality:
        """As good as the worst price in it."""
        return worst_quality([term.price.quality for term in self.terms])


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What to do about a finding."""

    kind: ActionKind
    """Sort of action, which decides between findings on one resource."""
    summary: str
    """Imperative sentence, such as `Resize to m7g.large`."""
    target: str | None = None
    """What to change to, such as an instance type or a volume type."""
    restart: bool = False
    """Whether the resource is unavailable for a moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a check returns."""

    outcome: Outcome
    """FLAGGED, CLEAR, NO_DATA or NOT_APPLICABLE; ERROR is the engine's alone."""
    reason: str | None = None
    """For NO_DATA and NOT_APPLICABLE: a short fixed phrase without figures, so that it can be grouped."""
    evidence: tuple[Evidence, ...] = ()
    """What was observed; never empty where flagged."""
    action: Action | None = None
    """What to do; present where flagged."""
    saving: Saving | None = None
    """None where no price is known (a listed gap) or where the finding is a warning that saves nothing."""
    price_gap: str | None = None
    """Which price is missing, where `saving` is None for that reason."""
    confidence: Confidence = Confidence.HIGH
    """How sure."""
    risk: Risk = Risk.REVERSIBLE
    """What can go wrong."""
    effort: Effort = Effort.LOW
    """How much work."""


CLEAR = Verdict(outcome=Outcome.CLEAR)
"""The check looked and found nothing wrong."""


def no_data(reason: str) -> Verdict:
    """The check could not judge; `reason` is a short phrase without figures."""
    return Verdict(outcome=Outcome.NO_DATA, reason=reason)


def not_applicable(reason: str) -> Verdict:
    """The check does not concern this resource; `reason` is a short phrase without figures."""
    return Verdict(outcome=Outcome.NOT_APPLICABLE, reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Why a finding is not counted although it is true."""

    by: str
    """`tag` or `mute`."""
    reason: str
    """What the user wrote. Hostile until escaped."""
    until: date | None = None
    """Last day of the silence, UTC; None for a tag."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """What the bill says was paid for a resource, as a month of 730 hours."""

    effective: Money
    """Amortised cost a month: what its usage cost, fees of commitments spread over the usage that they cover."""
    billed: Money
    """Invoiced cost a month; less than the effective cost where a commitment's own fee paid."""
    period: Period
    """From the first to the last charge in the time that was asked about, UTC; the costs are scaled by the hours that
    the bills cover in it."""
    whole: bool
    """Whether the charges reach over the whole time that was asked about, to a day at either end."""
    covered: bool
    """Whether commitments paid for some of it: the effective cost is not the one at negotiated prices, or that is
    unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A flagged resource, with what is counted of its saving after overlaps."""

    id: str
    """Stable across runs: `F-` and 12 hexadecimal digits of check and resource."""
    check_id: str
    """The check that found it."""
    title: str
    """The check's title."""
    category: Category
    """Waste or optimisation."""
    lever: str
    """Group in the report, such as `Idle compute`."""
    resource: ResourceKey
    """What it concerns."""
    resource_name: str | None
    """Name that people gave it. Hostile until escaped."""
    owner: str | None
    """Value of the first owner tag that is present. Hostile until escaped."""
    evidence: tuple[Evidence, ...]
    """What was observed."""
    action: Action
    """What to do."""
    saving: Saving | None
    """The saving of this finding taken alone; None where no price is known."""
    price_gap: str | None
    """Which price is missing."""
    confidence: Confidence
    """How sure."""
    risk: Risk
    """What can go wrong."""
    effort: Effort
    """How much work."""
    counted: Money
    """What this finding adds to the report's total after overlaps; zero where another one takes precedence."""
    overlap: str | None = None
    """Why less than the whole saving is counted, in words that name the other finding or commitment, or the bill."""
    silence: Silence | None = None
    """Set where a tag or a mute silences it; it is then listed but not counted."""
    paid: Paid | None = None
    """What the bill says was paid for the resource; None where no bill was read or `paid_note` says why."""
    paid_note: str | None = None
    """Why the bill gives no amount, or how the saving stands to it. May contain hostile names."""

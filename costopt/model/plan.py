"""The plan: what to run, what to buy and when, what it costs, and how far the optimum can be from it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from costopt.model.money import Money
from costopt.model.period import Period
from costopt.model.price import Quality
from costopt.model.report import MoneySource

PLAN_SCHEMA_VERSION = 1


class SolveStatus(StrEnum):
    """What the solver proved."""

    OPTIMAL = "optimal"
    """The cost is within the tolerance of a proven lower bound."""
    FEASIBLE = "feasible"
    """The plan keeps every requirement; a better one may exist, by at most the gap where one is stated."""


class Goal(StrEnum):
    """What the recommended plan is chosen for."""

    COST = "cost"
    """Lowest expected cost."""
    BALANCED = "balanced"
    """Most of the saving for little of the risk."""
    SAFE = "safe"
    """Nothing that can lose money in any scenario."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """How good a cost is known to be. All amounts a month of 730 hours."""

    status: SolveStatus
    """OPTIMAL only where the bound proves it."""
    cost: Money
    """What the plan costs: simulated in the provider's own order."""
    bound: Money | None
    """No plan under the same requirements costs less; None where the solver gave no bound."""
    method: str
    """How it was found, in words."""

    @property
    def gap_fraction(self) -> float | None:
        """(cost - bound) / cost, 0..1; None where there is no bound."""
        if self.bound is None:
            return None
        return float((self.cost.amount - self.bound.amount) / self.cost.amount) if self.cost.amount else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioUse:
    """How one purchase would do in one scenario of demand."""

    scenario: str
    """Name of the scenario."""
    utilisation_fraction: float
    """Share of the committed units that would be used, 0..1."""
    net_saving: Money
    """Saved against on demand over the term, after the cost of what is unused; negative is a loss."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadCurve:
    """A load-duration curve: how many hours a load is reached."""

    subject: str
    """What it is of, such as `m5 linux eu-west-1`. Hostile until escaped."""
    dollars_per_hour: tuple[float, ...]
    """Load at evenly spaced shares of the hours, highest first, in on-demand dollars an hour."""
    committed: float
    """Dollars an hour, at on-demand prices, that commitments cover after the plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """A commitment to buy."""

    id: str
    """Stable within the plan, such as `P1`."""
    buy_on: date
    """When."""
    instrument: str
    """Name of the product, such as `Compute Savings Plan`."""
    kind: str
    """As in `InstrumentKind`."""
    scope: str
    """What it pays for. Hostile until escaped."""
    account: str | None
    """Account to buy it in, None where any will do."""
    term_months: int
    """12 or 36."""
    payment: str
    """`no_upfront`, `partial_upfront`, `all_upfront`, `monthly`."""
    quantity: Decimal
    """Units."""
    unit: str
    """`USD per hour`, `normalised units`, `instances`, `vCPU`, `GiB`."""
    monthly_cost: Money
    """Effective, upfront fees spread."""
    upfront: Money
    """To pay at purchase."""
    monthly_saving: Money
    """What the bill falls by with this purchase, all others of the plan made."""
    break_even_month: int | None
    """Month of the term from which it can end unused without a loss; None where that is never."""
    break_even_utilisation: float | None
    """Utilisation below which it loses money, 0..1."""
    scenarios: tuple[ScenarioUse, ...] = ()
    """How it does in each."""
    worst_regret: Money | None = None
    """Largest loss against not buying over the scenarios; None where none was tried."""
    binding: tuple[str, ...] = ()
    """Which limits keep it from being larger or smaller."""
    quality: Quality = Quality.LIST
    """As good as the worst price in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """Machines of one kind, bought in one way."""

    instance_type: str
    """Type."""
    count: int
    """How many, at the peak."""
    market: str
    """`on_demand`, `spot`, `capacity_block`."""
    zone: str | None = None
    """Zone, None where any."""
    hourly: Money | None = None
    """Of one, at the price of its market; None where unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What one workload runs on after the plan."""

    workload: str
    """Its name. Hostile until escaped."""
    resources: tuple[str, ...]
    """Ids of the resources that it stands for, none for what does not exist yet. Hostile until escaped."""
    before: tuple[Capacity, ...]
    """Today; empty for what does not exist yet."""
    after: tuple[Capacity, ...]
    """In the plan."""
    monthly_before: Money | None
    """At on-demand or spot prices, before commitments; None where it does not exist or a price is missing."""
    monthly_after: Money
    """At on-demand or spot prices, before commitments."""
    reasons: tuple[str, ...]
    """Which requirements decided, with figures."""
    relaxing_saves: tuple[str, ...] = ()
    """What would be saved by relaxing a requirement, in words with figures."""
    stranded: Money | None = None
    """Monthly cost of owned commitments that the move leaves unused; None where there is none."""
    stranded_until: date | None = None
    """Until when."""
    schedule: tuple[str, ...] = ()
    """Windows of time with their capacity, where load is periodic."""
    notes: tuple[str, ...] = ()
    """What else to know: expected interruptions, chance of missing a deadline, checkpoint interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One plan of the four that stand side by side. All amounts a month of 730 hours."""

    name: str
    """`as_is`, `safe`, `recommended`, `cheapest`."""
    total: Money
    """Everything below together."""
    commitments: Money
    """Owned and planned, effective."""
    on_demand: Money
    """What commitments leave."""
    spot: Money
    """Spot capacity."""
    waste_removed: Money
    """Of the total as it is, what the audit's findings take off before anything is planned."""
    upfront: Money
    """To pay at purchases within the horizon."""
    worst_case: Money | None
    """The total, were its purchases to save no more than they do in the scenario that is worst for them; above the
    total without them, they lose money there. None where no scenario was tried."""
    family_bound_fraction: float
    """Share of the planned commitments' cost that is bound to a family, 0..1."""
    purchases: tuple[Purchase, ...]
    """What to buy."""
    assignments: tuple[Assignment, ...]
    """What to run."""
    certificate: Certificate | None
    """None for `as_is`, where nothing was decided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontierPoint:
    """One point of cost against risk. Amounts a month."""

    label: str
    """What was chosen, in words."""
    expected: Money
    """Total, were its purchases to save what they do in the mean of the scenarios."""
    worst: Money
    """The same for the scenario that is worst for them."""
    commitment_months: float
    """Mean length of the commitments that it buys, weighted by cost, in months."""
    variant: str | None = None
    """Name of the variant that stands at this point; None where none does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BindingLimit:
    """A limit that the plan runs into."""

    subject: str
    """Workload, family or `estate`. Hostile until escaped."""
    limit: str
    """Which, with its figure."""
    relaxing_saves: Money | None
    """A month, if it were relaxed as said; None where not worked out."""
    relaxation: str = ""
    """By how much, such as `$1,000 more upfront`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyChoice:
    """What the backtest on the user's own history says of how to buy."""

    policy: str
    """The policy that did best, and that the plan follows."""
    months: int
    """Months of history that were replayed."""
    predicted_saving_fraction: float
    """What it expected to save at each purchase, as a share of on demand, mean."""
    realised_low_fraction: float
    """What came, worst start."""
    realised_high_fraction: float
    """What came, best start."""
    note: str = ""
    """Such as that history is too short to choose by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplanned:
    """Something that the plan leaves as it is, because it could not be judged."""

    subject: str
    """Resource or workload. Hostile until escaped."""
    reason: str
    """Why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSource:
    """What the plan was made from."""

    kind: str
    """`snapshot` or `workloads`."""
    name: str
    """Id of the snapshot, or name of the file. Hostile until escaped."""
    demand: str
    """Where the hourly demand comes from, in words: the bill, metrics, the inventory as it stands, the file."""
    demand_period: Period | None
    """Its hours, UTC; None where a file states it."""
    catalog_version: str
    """Prices."""
    tool_version: str
    """Version of costopt."""
    money: MoneySource | None = None
    """What the prices rest on; None for a file of workloads, which has list prices."""
    made: bool = False
    """True for made data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The one thing that renderers of plans see."""

    schema_version: int
    """Of this structure."""
    now: datetime
    """When it was made, UTC."""
    horizon_months: int
    """How far it looks."""
    goal: Goal
    """What the recommended variant was chosen for."""
    source: PlanSource
    """What it was made from."""
    variants: tuple[Variant, ...]
    """As it is, safe, recommended, cheapest; the last three may be the same."""
    frontier: tuple[FrontierPoint, ...] = ()
    """Cost against risk, cheapest first."""
    binding: tuple[BindingLimit, ...] = ()
    """What the recommended variant runs into."""
    curves: tuple[LoadCurve, ...] = ()
    """Load of each pool with a purchase."""
    policy: PolicyChoice | None = None
    """None where there is no history."""
    unplanned: tuple[Unplanned, ...] = ()
    """What was left as it is, and why."""
    assumptions: tuple[str, ...] = field(default=())
    """What was taken for granted, in sentences."""

    def variant(self, name: str) -> Variant:
        """The variant of a name.

        Raises:
            KeyError: no such variant.
        """
        found = {one.name: one for one in self.variants}
        return found[name]

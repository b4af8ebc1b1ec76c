"""What a replay of buying policies on past demand says. Shares are of the cost had all been on demand."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from costopt.model.period import Period

BACKTEST_SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class EstateReplay:
    """One estate under one draw of prices: what there was to win."""

    estate: str
    """Name. Hostile until escaped."""
    seed: int | None
    """Of the assumed prices and of what policies draw; None where nothing is drawn."""
    items: int
    """Items of demand that commitments tell apart."""
    months: int
    """Months that were decided and settled."""
    settled: Period
    """From the first decision to the last settled hour, UTC."""
    without: Decimal
    """Cost of the settled months, had all been on demand."""
    hindsight_fraction: float
    """Share that the best purchases at the same moments would have cost, had demand been known in advance."""
    hindsight_bound_fraction: float
    """Proven: no purchases at these moments cost less than this share."""

    @property
    def gap_fraction(self) -> float:
        """How far the purchases in hindsight may be from the optimum, as a share of their cost."""
        return 1 - self.hindsight_bound_fraction / self.hindsight_fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyReplay:
    """One policy on one estate under one draw."""

    estate: str
    """Name of the estate. Hostile until escaped."""
    seed: int | None
    """Of the draw."""
    cost: Decimal
    """What its purchases and the rest on demand came to."""
    cost_fraction: float
    """The same as a share of all on demand."""
    regret_fraction: float
    """What it cost more than the purchases in hindsight, over their cost."""
    coverage_fraction: float
    """Share of the on-demand cost that its commitments paid for, 0..1."""
    utilisation_fraction: float | None
    """Share of the commitments' cost that was used, 0..1; None where it bought nothing."""
    liability_fraction: float
    """What its commitments still cost after the last month, as a share of all on demand in the settled months."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyOutcome:
    """One policy over all estates and draws."""

    id: str
    """Short name, such as `mix_capped_50`."""
    title: str
    """For readers."""
    cost_fraction: float
    """Share of all on demand, mean over the replays."""
    saving_share: float
    """Its mean saving over the mean saving in hindsight; 1 is as good as knowing the future."""
    largest_regret: float
    """Highest `regret_fraction` of its replays."""
    coverage_fraction: float
    """Mean, 0..1."""
    utilisation_fraction: float | None
    """Mean, 0..1; None where it bought nothing."""
    liability_fraction: float
    """Mean."""
    predicted_fraction: float
    """Saving that a single purchase by it would have had on the 30 days before, as a share of on demand, mean."""
    realised_fraction: float
    """Saving that the same single purchases, held for their term, came to, mean."""
    realised_low: float
    """Worst of them; negative is a loss."""
    realised_high: float
    """Best of them."""
    on_frontier: bool
    """Whether no other policy is better in mean cost and in largest regret."""
    replays: tuple[PolicyReplay, ...]
    """Its replays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestReport:
    """The one thing that renderers of replays see."""

    schema_version: int
    """Of this structure."""
    source: str
    """File or store that the demand is from. Hostile until escaped."""
    start: datetime
    """First hour of demand, UTC."""
    end: datetime
    """After its last hour, UTC."""
    tool_version: str
    """Version of costopt."""
    estates: tuple[EstateReplay, ...]
    """What was replayed."""
    policies: tuple[PolicyOutcome, ...]
    """Lowest mean cost first."""
    default_policy: str
    """The policy that `costopt plan` follows unless another did better."""
    chosen_policy: str
    """The policy that did best on this history."""
    chosen_because: str
    """In a sentence."""
    assumptions: tuple[str, ...] = field(default=())
    """What was taken for granted, in sentences."""
    notes: tuple[str, ...] = field(default=())
    """What was found out about the source, in sentences. Hostile until escaped."""

    def outcome(self, policy: str) -> PolicyOutcome:
        """The outcome of a policy.

        Raises:
            KeyError: it was not replayed.
        """
        found = {one.id: one for one in self.policies}
        return found[policy]

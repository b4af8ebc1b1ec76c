"""Our rules: the best mix of plans bound to a family and plans that are not, over recent hours or over scenarios."""

from dataclasses import dataclass

from costopt.optimizer.backtest.policy import Quantities, Situation
from costopt.optimizer.risk.purchase import FamilyCap, best_purchase, hedged_purchase, purchase_limits
from costopt.optimizer.risk.scenarios import Outlook, draw_scenarios

_HALF = FamilyCap(share=0.5)
_USUAL = Outlook()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """Buy what would have cost least over the last days, with a cap on what is bound to a family."""

    days: int = 30
    """How far it looks back."""
    cap: FamilyCap | None = _HALF
    """Largest share of a family's low hours that is bound to it; None for no cap."""
    share: float = 1.0
    """Part of the purchase that is made: below 1 it is a ladder that fills up over the months."""

    @property
    def id(self) -> str:
        """Such as `mix_capped_50_30d`."""
        cap = "" if self.cap is None else f"_capped_{self.cap.share * 100:g}"
        ladder = "" if self.share == 1 else f"_ladder_{self.share * 100:.0f}"
        return f"mix{cap}{ladder}_{self.days}d"

    @property
    def title(self) -> str:
        """For readers."""
        cap = "uncapped" if self.cap is None else f"families {self.cap.share:.0%}"
        ladder = "" if self.share == 1 else f", {self.share:.0%} a month"
        return f"Mix, {cap}, {self.days} d{ladder}"

    def decide(self, situation: Situation) -> Quantities:
        """The best mix on top of what is active."""
        recent = situation.recent(self.days)
        if not recent.any():
            return situation.nothing
        limits = purchase_limits(recent, situation.offers, situation.active, self.cap)
        return self.share * best_purchase(recent, situation.offers, situation.active, limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hedged:
    """Buy what costs least over scenarios of the next term, in which families may migrate."""

    seed: int
    """Of its scenarios; each decision draws anew."""
    outlook: Outlook = _USUAL
    """What may happen."""
    cap: FamilyCap | None = None
    """As of `Mix`."""
    weight: float = 0.0
    """Of the mean of the worst tenth of net losses, against the mean cost, 0..1."""
    days: int = 30
    """Look-back for the cap and for the rates of what migrates."""

    @property
    def id(self) -> str:
        """Such as `hedged_20_cvar_50`."""
        cap = "" if self.cap is None else f"_capped_{self.cap.share * 100:g}"
        risk = f"_cvar_{self.weight * 100:g}" if self.weight else ""
        return f"hedged_{self.outlook.migration_hazard * 100:g}{cap}{risk}"

    @property
    def title(self) -> str:
        """For readers."""
        cap = "" if self.cap is None else f", families {self.cap.share:.0%}"
        risk = f", CVaR {self.weight:g}" if self.weight else ""
        return f"Scenarios, {self.outlook.migration_hazard:.0%} migrate{cap}{risk}"

    def decide(self, situation: Situation) -> Quantities:
        """The best purchase over the scenarios of now."""
        recent = situation.recent(self.days)
        if not recent.any():
            return situation.nothing
        scenarios = draw_scenarios(situation.past, self.outlook, seed=self._seed(situation))
        limits = purchase_limits(recent, situation.offers, situation.active, self.cap)
        return hedged_purchase(scenarios, recent, situation.offers, situation.active, limits, weight=self.weight)

    def _seed(self, situation: Situation) -> int:
        return self.seed * 1_000_003 + situation.past.hours

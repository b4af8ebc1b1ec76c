"""What the provider's own advisers say of a flagged resource, beside what a check says."""

from collections import defaultdict
from collections.abc import Iterable

from costopt.model.finding import Evidence
from costopt.model.resource import Resource
from costopt.model.specs.commitment import ProviderAdvice

_NAMES = {
    "compute-optimizer": "AWS Compute Optimizer",
    "cost-optimization-hub": "AWS Cost Optimization Hub",
    "google-recommender": "Google's Recommender",
}


class SecondOpinions:
    """Advice by account and resource id; advisers do not all say the region."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._advice: dict[tuple[str, str], list[ProviderAdvice]] = defaultdict(list)
        for resource in resources:
            if isinstance(resource.spec, ProviderAdvice):
                self._advice[resource.account, resource.spec.resource_id].append(resource.spec)

    def on(self, resource: Resource) -> tuple[Evidence, ...]:
        """One line of evidence for each adviser that has looked at the resource; its figures are not added up."""
        known = self._advice.get((resource.account, resource.id), ())
        return tuple(Evidence(statement=_said(advice)) for advice in known)


def _said(advice: ProviderAdvice) -> str:
    words = [f"{_NAMES.get(advice.adviser, advice.adviser)} says {advice.finding.replace('_', ' ').lower()}"]
    if advice.recommended:
        words.append(f"recommends {advice.recommended}")
    if advice.monthly_saving_usd is not None:
        words.append(f"expects ${advice.monthly_saving_usd:.2f} a month")
    return ", ".join(words)

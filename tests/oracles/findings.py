"""A finding of a verdict, as the engine makes it, for tests of what comes after the checks."""

from typing import Any

from costopt.analyzer.check import Check
from costopt.analyzer.engine import finding_id_of
from costopt.model.finding import Action, ActionKind, Finding, Verdict
from costopt.model.money import Money
from costopt.model.resource import Resource


def found(check: Check[Any, Any], judged: Resource, verdict: Verdict) -> Finding:
    """The finding of a flagged verdict; nothing is counted yet."""
    return Finding(
        id=finding_id_of(check.id, judged.key),
        check_id=check.id,
        title=check.title,
        category=check.category,
        lever=check.lever,
        resource=judged.key,
        resource_name=judged.name,
        owner=None,
        evidence=verdict.evidence,
        action=verdict.action or Action(kind=ActionKind.REVIEW, summary="Review"),
        saving=verdict.saving,
        price_gap=verdict.price_gap,
        confidence=verdict.confidence,
        risk=verdict.risk,
        effort=verdict.effort,
        counted=Money.zero(),
    )

"""Runs every check on every resource that it concerns, and keeps count."""

import hashlib
import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from costopt.analyzer.advice import SecondOpinions
from costopt.analyzer.check import Check
from costopt.analyzer.context import Context
from costopt.analyzer.demands import facts_of
from costopt.analyzer.judgement import judge
from costopt.analyzer.silence import Silences
from costopt.errors import CostoptError
from costopt.model.coverage import ScopeResult, Status
from costopt.model.finding import Action, ActionKind, Finding, Outcome, Verdict
from costopt.model.kinds import SPEC_TYPES
from costopt.model.money import Money
from costopt.model.report import CheckTally, Unjudged
from costopt.model.resource import Resource, ResourceKey
from costopt.model.utilization import MetricFacts

LOG = logging.getLogger(__name__)
CHECK_FAILED = "the check itself failed; please report it"


@dataclass(slots=True)
class Judgements:
    """What all checks said, before overlaps are resolved."""

    findings: list[Finding] = field(default_factory=list)
    """Flagged resources; `counted` is still zero."""
    outcomes: dict[str, Counter[Outcome]] = field(default_factory=lambda: defaultdict(Counter))
    """Count of outcomes by check id."""
    reasons: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    """Ids of the resources that were not judged, by check id and reason."""

    def tallies(self, checks: Sequence[Check[Any, Any]]) -> tuple[CheckTally, ...]:
        """One line a check, by id."""
        return tuple(
            CheckTally(
                check_id=check.id,
                title=check.title,
                category=check.category,
                flagged=self.outcomes[check.id][Outcome.FLAGGED],
                clear=self.outcomes[check.id][Outcome.CLEAR],
                no_data=self.outcomes[check.id][Outcome.NO_DATA],
                not_applicable=self.outcomes[check.id][Outcome.NOT_APPLICABLE],
                error=self.outcomes[check.id][Outcome.ERROR],
            )
            for check in sorted(checks, key=lambda check: check.id)
        )

    def unjudged(self) -> tuple[Unjudged, ...]:
        """Why resources were not judged, by check and reason."""
        return tuple(
            Unjudged(check_id=check_id, reason=reason, resources=tuple(sorted(ids)))
            for (check_id, reason), ids in sorted(self.reasons.items())
        )


def run_checks(
    checks: Sequence[Check[Any, Any]],
    params: Mapping[str, Any],
    resources: Iterable[Resource],
    facts: Callable[[ResourceKey], MetricFacts],
    context: Context,
    coverage: Sequence[ScopeResult],
    silences: Silences,
    owner_tags: Sequence[str],
) -> Judgements:
    """Ask all checks of all resources that they concern.

    Args:
        checks: the checks to run.
        params: thresholds by check id.
        resources: everything in the snapshot.
        facts: aggregates of one resource.
        context: surroundings.
        coverage: the ledger, for the kinds that were not read.
        silences: tags and mutes.
        owner_tags: tag keys that name an owner, the first present one counts.
    """
    by_kind: dict[str, list[Check[Any, Any]]] = defaultdict(list)
    for check in checks:
        by_kind[check.applies_to.KIND].append(check)
    missing = MissingKinds(coverage)
    opinions = SecondOpinions(context.resources.values())
    result = Judgements()
    for resource in resources:
        concerned = by_kind.get(resource.spec.KIND)
        if not concerned:
            continue
        known = facts(resource.key)
        kinds = missing.at(resource.account, resource.region)
        for check in concerned:
            verdict = _guarded(check, resource, known, context, params[check.id], kinds)
            result.outcomes[check.id][verdict.outcome] += 1
            if verdict.outcome is Outcome.FLAGGED:
                finding = finding_of(check, resource, verdict)
                evidence = (*finding.evidence, *opinions.on(resource))
                owner, silence = _owner(resource, owner_tags), silences.of(finding.id, resource, context.now)
                result.findings.append(replace(finding, evidence=evidence, owner=owner, silence=silence))
            elif verdict.outcome in (Outcome.NO_DATA, Outcome.ERROR):
                result.reasons[check.id, verdict.reason or "no reason given"].append(resource.id)
    return result


def _guarded(
    check: Check[Any, Any],
    resource: Resource,
    known: MetricFacts,
    context: Context,
    params: Any,
    missing_kinds: frozenset[str],
) -> Verdict:
    """One judgement; a check that fails is an ERROR of that check and never loses the others."""
    try:
        return judge(check, resource, facts_of(check, params, known), context, params, missing_kinds)
    except CostoptError:
        raise  # the user can act on it, and it would be the same for every resource
    except Exception:
        LOG.warning("check %s failed on %s", check.id, resource.id, exc_info=True)
        return Verdict(outcome=Outcome.ERROR, reason=CHECK_FAILED)


def _owner(resource: Resource, owner_tags: Sequence[str]) -> str | None:
    tags = resource.tags or {}
    return next((tags[key] for key in owner_tags if tags.get(key)), None)


def finding_of(check: Check[Any, Any], resource: Resource, verdict: Verdict) -> Finding:
    """What a verdict that flags finds: nobody's yet, not silenced, and nothing of it is counted."""
    return Finding(
        id=finding_id_of(check.id, resource.key),
        check_id=check.id,
        title=check.title,
        category=check.category,
        lever=check.lever,
        resource=resource.key,
        resource_name=resource.name,
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


def finding_id_of(check_id: str, key: ResourceKey) -> str:
    """Stable id of a finding: the same check on the same resource has it in every run."""
    digest = hashlib.sha256("\x1f".join((check_id, *key)).encode()).hexdigest()
    return f"F-{digest[:12]}"


class MissingKinds:
    """Kinds of resource that cannot be relied upon, by account and region, read off the ledger."""

    def __init__(self, coverage: Sequence[ScopeResult]) -> None:
        self._read: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._lost: dict[tuple[str, str], set[str]] = defaultdict(set)
        for result in coverage:
            if result.scope.operation.startswith("metrics:"):
                continue  # a scope of metrics yields no resources; missing series tell for themselves
            side = self._read if result.status in (Status.OK, Status.EMPTY) else self._lost
            side[result.scope.account, result.scope.region].update(result.kinds)
        self._known: dict[tuple[str, str], frozenset[str]] = {}

    def at(self, account: str, region: str) -> frozenset[str]:
        """Kinds that were not wholly read there; what was never planned was not read either."""
        place = (account, region)
        if place not in self._known:
            anywhere = (account, "global")
            read = self._read[place] | self._read[anywhere]
            self._known[place] = frozenset(SPEC_TYPES.keys() - read) | self._lost[place] | self._lost[anywhere]
        return self._known[place]

"""Which findings count: two findings on one resource never add up."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from costopt.model.finding import PRECEDENCE, Finding, Term
from costopt.model.resource import ResourceKey

Claims = Mapping[ResourceKey, Finding]
"""The finding that may count what it saves on a subject."""


def counts(finding: Finding) -> bool:
    """Whether a finding takes part in the total at all: it has a known saving and nothing silences it."""
    return finding.saving is not None and finding.silence is None


def claims(findings: Iterable[Finding]) -> Claims:
    """For every subject of a saving the one finding that counts it.

    Delete beats stop beats resize beats buy; among equals the greater saving, then the smaller id.
    """
    best: dict[ResourceKey, Finding] = {}
    for finding in sorted(filter(counts, findings), key=_rank):
        for subject in subjects(finding):
            best.setdefault(subject, finding)
    return best


def subjects(finding: Finding) -> tuple[ResourceKey, ...]:
    """Whose costs a finding saves; the resource itself where there is no arithmetic."""
    terms = finding.saving.terms if finding.saving is not None else ()
    return tuple(dict.fromkeys(term.subject for term in terms)) or (finding.resource,)


def claimed_terms(finding: Finding, won: Claims) -> tuple[Term, ...]:
    """The lines of a finding's arithmetic that count."""
    if not counts(finding) or finding.saving is None:
        return ()
    return tuple(term for term in finding.saving.terms if won[term.subject].id == finding.id)


def superseding(finding: Finding, won: Claims) -> tuple[Finding, ...]:
    """The findings that count in its place, by id."""
    if not counts(finding):
        return ()
    others = {won[subject].id: won[subject] for subject in subjects(finding) if won[subject].id != finding.id}
    return tuple(others[finding_id] for finding_id in sorted(others))


def _rank(finding: Finding) -> tuple[int, Decimal, str]:
    amount = finding.saving.monthly.amount if finding.saving is not None else Decimal(0)
    return PRECEDENCE.index(finding.action.kind), -amount, finding.id


def in_report_order(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Greatest counted saving first, silenced ones last, ties by id."""
    return tuple(
        sorted(findings, key=lambda finding: (finding.silence is not None, -finding.counted.amount, finding.id))
    )

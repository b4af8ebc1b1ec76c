"""The totals of a report and its slices; every one sums to the same saving."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from costopt.analyzer.judgement import PRICE_MISSING
from costopt.analyzer.overlap import counts
from costopt.model.coverage import ScopeResult, Status
from costopt.model.finding import Category, Finding
from costopt.model.money import total
from costopt.model.price import worst_quality
from costopt.model.report import Slice, Totals, Unjudged

UNOWNED = "(no owner tag)"


def totals(findings: Sequence[Finding], coverage: Sequence[ScopeResult], unjudged: Sequence[Unjudged] = ()) -> Totals:
    """The money of a report.

    Args:
        findings: settled findings.
        coverage: the ledger; any gap makes the total a lower bound.
        unjudged: why resources were not judged; a judgement that a missing price prevented does, too.
    """
    saving = total(finding.counted for finding in findings)
    plain = total(finding.saving.monthly for finding in findings if counts(finding) and finding.saving)
    unpriced = sum(finding.saving is None and finding.price_gap is not None for finding in findings)
    unpriceable = any(part.reason == PRICE_MISSING for part in unjudged)
    return Totals(
        saving=saving,
        sum_of_findings=plain,
        overlaps=plain - saving,
        silenced=total(finding.saving.monthly for finding in findings if finding.silence and finding.saving),
        waste=total(finding.counted for finding in findings if finding.category is Category.WASTE),
        unpriced=unpriced,
        at_least=unpriced > 0 or unpriceable or any(result.status is Status.GAP for result in coverage),
        quality=worst_quality([finding.saving.quality for finding in findings if counts(finding) and finding.saving]),
    )


def slices(findings: Sequence[Finding], name: Callable[[Finding], str]) -> tuple[Slice, ...]:
    """Parts of the saving by `name`, greatest first; silenced findings are left out."""
    grouped: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.silence is None:
            grouped[name(finding)].append(finding)
    parts = [
        Slice(
            name=key,
            findings=len(members),
            saving=total(member.counted for member in members),
            quality=worst_quality([member.saving.quality for member in members if member.saving]),
        )
        for key, members in grouped.items()
    ]
    return tuple(sorted(parts, key=lambda part: (-part.saving.amount, part.name)))


def owner(finding: Finding) -> str:
    """Owner of a finding for the report."""
    return finding.owner or UNOWNED

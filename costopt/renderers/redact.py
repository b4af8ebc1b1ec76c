"""A report that can be shown to strangers: ids, names, accounts and owners become pseudonyms."""

from collections.abc import Iterable
from dataclasses import replace

from costopt.model.coverage import ScopeResult
from costopt.model.finding import ComputeUsage, Evidence, Finding, Saving, Silence
from costopt.model.report import MoneySource, Report, Slice, Unjudged
from costopt.model.resource import ResourceKey
from costopt.renderers.pseudonyms import Masking, numbered, without_table


def redact(report: Report) -> Report:
    """The same report with pseudonyms, the same one for the same thing everywhere in it.

    Regions, kinds, types, money and the ids of findings stay, so that figures and `explain` still work. A finding's
    id is a fingerprint: it hides a name, but someone who guesses the name can confirm the guess.
    """
    names = _Pseudonyms(report)
    provenance = replace(
        report.provenance,
        accounts=tuple(sorted(names.accounts[account] for account in report.provenance.accounts)),
        money=names.money(report.provenance.money),
    )
    return replace(
        report,
        provenance=provenance,
        by_owner=tuple(_slice(part, names.owners) for part in report.by_owner),
        by_account=tuple(_slice(part, names.accounts) for part in report.by_account),
        findings=tuple(names.finding(item) for item in report.findings),
        unjudged=tuple(names.unjudged(row) for row in report.unjudged),
        coverage=tuple(names.scope(row) for row in report.coverage),
    )


def _slice(part: Slice, names: dict[str, str]) -> Slice:
    return replace(part, name=names.get(part.name, part.name))


class _Pseudonyms:
    """One pseudonym for every account, owner, resource and name of a report."""

    def __init__(self, report: Report) -> None:
        money = report.provenance.money
        scopes = [row.scope.account for row in report.coverage]
        subjects = [key for item in report.findings for key in _keys(item)]
        self.accounts = numbered(
            "account",
            [*report.provenance.accounts, *scopes, *(key.account for key in subjects), *_names(report.by_account)],
        )
        self.owners = numbered("owner", _owners(report))
        self.resources = numbered(
            "resource", [*(key.id for key in subjects), *(one for row in report.unjudged for one in row.resources)]
        )
        self.bills = numbered("bill", [*(bill.source for bill in money.bills), *(note.source for note in money.notes)])
        self.names = numbered("name", (item.resource_name for item in report.findings if item.resource_name))
        self._text = Masking.of({**self.names, **self.owners, **self.accounts, **self.resources})

    def finding(self, item: Finding) -> Finding:
        return replace(
            item,
            resource=self._key(item.resource),
            resource_name=self.names[item.resource_name] if item.resource_name else item.resource_name,
            owner=self.owners[item.owner] if item.owner else item.owner,
            evidence=tuple(self._evidence(seen) for seen in item.evidence),
            action=replace(
                item.action, summary=self._text.mask(item.action.summary), target=self._optional(item.action.target)
            ),
            saving=self._saving(item.saving),
            price_gap=self._optional(item.price_gap),
            overlap=self._optional(item.overlap),
            paid_note=self._optional(item.paid_note),
            silence=self._silence(item.silence),
        )

    def unjudged(self, row: Unjudged) -> Unjudged:
        return replace(
            row,
            reason=self._text.mask(row.reason),
            resources=tuple(sorted(self.resources[one] for one in row.resources)),
        )

    def money(self, source: MoneySource) -> MoneySource:
        bills = tuple(replace(bill, source=self.bills[bill.source]) for bill in source.bills)
        notes = tuple(replace(note, source=self.bills[note.source]) for note in source.notes)
        unbilled = tuple(sorted(self.accounts[account] for account in source.unbilled))
        return replace(source, bills=bills, unbilled=unbilled, notes=notes)

    def scope(self, row: ScopeResult) -> ScopeResult:
        scope = replace(row.scope, account=self.accounts[row.scope.account])
        # A provider's message names the caller, the role and the resource: it is dropped, not masked.
        return replace(row, scope=scope, reason=self._optional(row.reason), detail=None)

    def _key(self, key: ResourceKey) -> ResourceKey:
        return key._replace(account=self.accounts[key.account], id=self.resources[key.id])

    def _evidence(self, seen: Evidence) -> Evidence:
        return replace(seen, statement=self._text.mask(seen.statement))

    def _saving(self, saving: Saving | None) -> Saving | None:
        if saving is None:
            return None
        return Saving(
            terms=tuple(
                replace(
                    term,
                    label=self._text.mask(term.label),
                    price=without_table(term.price),
                    subject=self._key(term.subject),
                    usage=self._usage(term.usage),
                )
                for term in saving.terms
            )
        )

    def _usage(self, usage: ComputeUsage | None) -> ComputeUsage | None:
        """The usage; slots of BigQuery name the project that they are of."""
        return usage and replace(usage, variant=self.accounts.get(usage.variant, usage.variant))

    def _silence(self, silence: Silence | None) -> Silence | None:
        return None if silence is None else replace(silence, reason="redacted")

    def _optional(self, text: str | None) -> str | None:
        return None if text is None else self._text.mask(text)


def _keys(item: Finding) -> list[ResourceKey]:
    return [item.resource, *(term.subject for term in (item.saving.terms if item.saving else ()))]


def _names(slices: Iterable[Slice]) -> list[str]:
    return [part.name for part in slices]


def _owners(report: Report) -> list[str]:
    """Owners of findings, and names of slices unless the one that stands for findings without an owner."""
    owners = {item.owner for item in report.findings if item.owner}
    unknown = [name for name in _names(report.by_owner) if name not in owners]
    placeholder = len(unknown) == 1 and any(not item.owner for item in report.findings)
    return [*owners, *([] if placeholder else unknown)]

"""A report that can be shown to strangers: ids, names, accounts and owners become pseudonyms."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from costopt.model.coverage import ScopeResult
from costopt.model.finding import Evidence, Finding, Saving, Silence
from costopt.model.report import MoneySource, Report, Slice, Unjudged
from costopt.model.resource import ResourceKey

_TOKEN = re.compile(r"\w+|[^\w\s]")
_PATTERNS = (
    (re.compile(r"\barn:[\w-]+:[^\s,;'\"]+"), "arn-redacted"),
    (re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "id-redacted"),
    (re.compile(r"(?<!\d)\d{12}(?!\d)"), "account-redacted"),
    (re.compile(r"\b[a-z]{1,8}-(?:[0-9a-f]{17}|[0-9a-f]{8})\b"), "id-redacted"),
    (re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])"), "address-redacted"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "mail-redacted"),
)
"""What looks like an identity although it belongs to nothing in the report: ARNs, UUIDs, AWS account numbers, EC2 style
ids, IPv4 and mail addresses."""


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


@dataclass(frozen=True, slots=True)
class _Text:
    """Replaces every known text inside a sentence, the longest first, at word boundaries only."""

    known: dict[str, str]
    lengths: dict[str, tuple[int, ...]]

    @classmethod
    def of(cls, known: dict[str, str]) -> "_Text":
        lengths: dict[str, set[int]] = {}
        for text in known:
            first = _TOKEN.search(text)
            if first:
                lengths.setdefault(first.group(), set()).add(len(text))
        return cls(known, {token: tuple(sorted(sizes, reverse=True)) for token, sizes in lengths.items()})

    def mask(self, text: str) -> str:
        parts, at = [], 0
        for token in _TOKEN.finditer(text):
            if token.start() < at:
                continue
            found = self._known_at(text, token)
            if found:
                parts += [text[at : token.start()], self.known[found]]
                at = token.start() + len(found)
        masked = "".join([*parts, text[at:]])
        for pattern, instead in _PATTERNS:
            masked = pattern.sub(instead, masked)
        return masked

    def _known_at(self, text: str, token: re.Match[str]) -> str | None:
        start = token.start()
        for size in self.lengths.get(token.group(), ()):
            end = start + size
            if text[start:end] in self.known and not (text[end - 1 : end].isalnum() and text[end : end + 1].isalnum()):
                return text[start:end]
        return None


class _Pseudonyms:
    """One pseudonym for every account, owner, resource and name of a report."""

    def __init__(self, report: Report) -> None:
        money = report.provenance.money
        scopes = [row.scope.account for row in report.coverage]
        subjects = [key for item in report.findings for key in _keys(item)]
        self.accounts = _numbered(
            "account",
            [*report.provenance.accounts, *scopes, *(key.account for key in subjects), *_names(report.by_account)],
        )
        self.owners = _numbered("owner", _owners(report))
        self.resources = _numbered(
            "resource", [*(key.id for key in subjects), *(one for row in report.unjudged for one in row.resources)]
        )
        self.bills = _numbered("bill", [*(bill.source for bill in money.bills), *(note.source for note in money.notes)])
        self.names = _numbered("name", (item.resource_name for item in report.findings if item.resource_name))
        self._text = _Text.of({**self.names, **self.owners, **self.accounts, **self.resources})

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
        return replace(source, bills=bills, notes=notes)

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
                replace(term, label=self._text.mask(term.label), subject=self._key(term.subject))
                for term in saving.terms
            )
        )

    def _silence(self, silence: Silence | None) -> Silence | None:
        return None if silence is None else replace(silence, reason="redacted")

    def _optional(self, text: str | None) -> str | None:
        return None if text is None else self._text.mask(text)


def _numbered(word: str, texts: Iterable[str]) -> dict[str, str]:
    return {text: f"{word}-{number}" for number, text in enumerate(sorted(set(texts)), start=1)}


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

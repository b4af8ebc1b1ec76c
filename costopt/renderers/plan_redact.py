"""A plan that can be shown to strangers: workloads, resources, accounts and bills become pseudonyms."""

import re
from dataclasses import replace

from costopt.model.plan import Assignment, BindingLimit, LoadCurve, Plan, PlanSource, Purchase, Unplanned, Variant
from costopt.renderers.pseudonyms import Masking, numbered

_NOT_A_NAME = "estate"
_OUR_SCENARIO = re.compile(
    r"as planned|a third less by the end|half of it gone from mid-term on"
    r"|[a-z0-9.-]{1,24} replaced by a new family from mid-term on"
)
"""Scenarios that every plan has; all others have names that the user gave."""


def redact_plan(plan: Plan) -> Plan:
    """The same plan with pseudonyms, the same one for the same thing everywhere in it.

    Families, types, regions, money, dates, ids of purchases and the scenarios of every plan stay; those of the
    user are masked. In sentences, names that the plan knows are replaced, and what looks like an identity.
    """
    return _Pseudonyms(plan).plan(plan)


class _Pseudonyms:
    """One pseudonym for every workload, resource, account and source of a plan."""

    def __init__(self, plan: Plan) -> None:
        assignments = [one for variant in plan.variants for one in variant.assignments]
        purchases = [one for variant in plan.variants for one in variant.purchases]
        money = plan.source.money
        unbilled = money.unbilled if money else ()
        self.accounts = numbered("account", [*unbilled, *(one.account for one in purchases if one.account)])
        self.workloads = numbered("workload", (one.workload for one in assignments))
        resources = {id_ for one in assignments for id_ in one.resources}
        self.resources = numbered(
            "resource", resources | ({one.subject for one in plan.unplanned} - set(self.workloads))
        )
        self.bills = numbered(
            "bill", [one.source for part in ((money.bills, money.notes) if money else ()) for one in part]
        )
        scenarios = {use.scenario for one in purchases for use in one.scenarios}
        self.scenarios = numbered("scenario", (name for name in scenarios if not _OUR_SCENARIO.fullmatch(name)))
        self._masking = Masking.of({**self.resources, **self.accounts, **self.workloads})

    def plan(self, plan: Plan) -> Plan:
        return replace(
            plan,
            source=self._source(plan.source),
            variants=tuple(self._variant(one) for one in plan.variants),
            frontier=tuple(replace(point, label=self._mask(point.label)) for point in plan.frontier),
            binding=tuple(self._limit(one) for one in plan.binding),
            curves=tuple(self._curve(one) for one in plan.curves),
            unplanned=tuple(self._unplanned(one) for one in plan.unplanned),
            assumptions=self._all(plan.assumptions),
        )

    def _source(self, source: PlanSource) -> PlanSource:
        # The fingerprint of a snapshot says nothing of whose it is; a file's name may.
        name = source.name if source.kind == "snapshot" else "file-redacted"
        money = source.money
        if money is not None:
            money = replace(
                money,
                bills=tuple(replace(bill, source=self.bills[bill.source]) for bill in money.bills),
                unbilled=tuple(sorted(self.accounts[account] for account in money.unbilled)),
                notes=tuple(replace(note, source=self.bills[note.source]) for note in money.notes),
            )
        return replace(source, name=self._mask(name), demand=self._mask(source.demand), money=money)

    def _variant(self, variant: Variant) -> Variant:
        return replace(
            variant,
            purchases=tuple(self._purchase(one) for one in variant.purchases),
            assignments=tuple(self._assignment(one) for one in variant.assignments),
        )

    def _purchase(self, one: Purchase) -> Purchase:
        account = self.accounts[one.account] if one.account else one.account
        uses = tuple(replace(use, scenario=self.scenarios.get(use.scenario, use.scenario)) for use in one.scenarios)
        return replace(
            one, scope=self._mask(one.scope), account=account, binding=self._all(one.binding), scenarios=uses
        )

    def _assignment(self, one: Assignment) -> Assignment:
        return replace(
            one,
            workload=self.workloads[one.workload],
            resources=tuple(self.resources[id_] for id_ in one.resources),
            reasons=self._all(one.reasons),
            relaxing_saves=self._all(one.relaxing_saves),
            schedule=self._all(one.schedule),
            notes=self._all(one.notes),
        )

    def _limit(self, one: BindingLimit) -> BindingLimit:
        subject = one.subject if one.subject == _NOT_A_NAME else self._mask(one.subject)
        return replace(one, subject=subject, limit=self._mask(one.limit), relaxation=self._mask(one.relaxation))

    def _curve(self, one: LoadCurve) -> LoadCurve:
        return replace(one, subject=self._mask(one.subject))

    def _unplanned(self, one: Unplanned) -> Unplanned:
        subject = self.workloads.get(one.subject) or self.resources[one.subject]
        return replace(one, subject=subject, reason=self._mask(one.reason))

    def _mask(self, text: str) -> str:
        return self._masking.mask(text)

    def _all(self, texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(self._mask(text) for text in texts)

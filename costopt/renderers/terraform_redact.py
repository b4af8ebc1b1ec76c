"""Costs and problems of a Terraform configuration that can be shown to strangers: names become pseudonyms."""

import re
from dataclasses import replace

from costopt.model.terraform import ConfigurationProblem, EngineSkipped, Unevaluated
from costopt.model.terraform_check import CheckReport, CheckStep
from costopt.model.terraform_cost import CostDifference, CostEstimate, CostLine, ResourceCost
from costopt.renderers.pseudonyms import Masking, numbered, without_table
from costopt.renderers.terraform_sarif import ABOUT

_LEFT_OUT = "left out of a redacted report"
_PUBLIC = re.compile(r"registry\.(terraform|opentofu)\.(io|org)/hashicorp/[\w-]+")
_SUFFIX = re.compile(r"(\.[a-z0-9]+){0,2}$")


def redact_estimate(estimate: CostEstimate) -> CostEstimate:
    """The same estimate with a pseudonym for every address; types, regions, quantities and money stay.

    Sentences that somebody's names stand in are left out: which words of them are names is not known.
    """
    return _Estimate(estimate).redacted()


class _Estimate:
    """One pseudonym for every address of an estimate."""

    def __init__(self, estimate: CostEstimate) -> None:
        self._estimate = estimate
        sides = (side for one in estimate.differences for side in (one.before, one.after) if side)
        types = {one.address: one.type for one in (*estimate.resources, *(estimate.before or ()), *sides)}
        pseudonyms = numbered("resource", [*types, *(one.address for one in estimate.differences)])
        self._names = {
            address: f"{types[address]}.{name}" if address in types else name for address, name in pseudonyms.items()
        }
        self._text = Masking.of(self._names)

    def redacted(self) -> CostEstimate:
        told = self._estimate
        return replace(
            told,
            resources=tuple(self._resource(one) for one in told.resources),
            before=None if told.before is None else tuple(self._resource(one) for one in told.before),
            differences=tuple(self._difference(one) for one in told.differences),
            skipped=tuple(EngineSkipped(engine=one.engine, reason=_LEFT_OUT) for one in told.skipped),
            unevaluated=tuple(
                Unevaluated(where=f"place-{number}", reason=_LEFT_OUT) for number, _ in enumerate(told.unevaluated, 1)
            ),
            remarks=(f"sentences with names: {len(told.remarks)}, {_LEFT_OUT}",) if told.remarks else (),
            billed=None if told.billed is None else {self._names[key]: one for key, one in told.billed.items()},
            provider_versions={name: one for name, one in told.provider_versions.items() if _PUBLIC.fullmatch(name)},
        )

    def _resource(self, one: ResourceCost) -> ResourceCost:
        lines = tuple(self._line(line) for line in one.lines)
        return replace(one, address=self._names[one.address], lines=lines, reason=self._text.mask(one.reason))

    def _line(self, line: CostLine) -> CostLine:
        component = line.component
        told = replace(component, name=self._text.mask(component.name), part=self._text.mask(component.part))
        price = None if line.price is None else without_table(line.price)
        return replace(line, component=told, price=price, reason=self._text.mask(line.reason))

    def _difference(self, one: CostDifference) -> CostDifference:
        before, after = (side and self._resource(side) for side in (one.before, one.after))
        return replace(one, address=self._names[one.address], before=before, after=after)


def redact_check(report: CheckReport) -> CheckReport:
    """The same report with pseudonyms for addresses and files; a problem says only what its rule says.

    What terraform says in its own words is left out: it quotes the configuration.
    """
    places = numbered("place", (one.address for one in report.problems if one.address))
    files = numbered("file", (one.file for one in report.problems))
    return replace(
        report,
        problems=tuple(_problem(one, places, files) for one in report.problems),
        steps=tuple(_step(one) for one in report.steps),
    )


def _problem(one: ConfigurationProblem, places: dict[str, str], files: dict[str, str]) -> ConfigurationProblem:
    suffix = _SUFFIX.search(one.file)
    return replace(
        one,
        message=ABOUT.get(one.rule, _LEFT_OUT),
        address=f"{one.address.split('.')[0]}.{places[one.address]}" if one.address else "",
        file=f"{files[one.file]}{suffix[0] if suffix else ''}",
    )


def _step(one: CheckStep) -> CheckStep:
    return replace(one, reason=_LEFT_OUT if one.reason else "")

"""100,000 resources through every check: the made company, many times over, with its own facts."""

import sys
import time
from dataclasses import replace
from pathlib import Path

from costopt.analyzer.demands import demands
from costopt.analyzer.engine import run_checks
from costopt.analyzer.silence import Silences
from costopt.config.settings import Settings
from costopt.model.resource import ResourceKey
from costopt.pipeline.audit import chosen_checks, surroundings
from costopt.pipeline.demo import write_made_company
from costopt.pipeline.pricing import price_book
from costopt.store.metrics import aggregate
from costopt.store.open import open_snapshot


def run(folder: Path, wanted: int) -> None:
    """Judge `wanted` resources and say, on standard error, how many judgements took how many seconds."""
    write_made_company(folder / "company")
    snapshot = open_snapshot(folder / "company")
    checks, params = chosen_checks(Settings())
    facts = aggregate(snapshot, demands(checks, params))
    original = {}
    resources = []
    for copy in range(wanted // len(snapshot.resources) + 1):
        for one in snapshot.resources:
            # Accounts are copied, so that relations between resources hold within each copy.
            clone = replace(one, account=f"{copy:06d}{one.account[6:]}")
            original[clone.key] = one.key
            resources.append(clone)
    resources = resources[:wanted]
    coverage = [
        replace(result, scope=replace(result.scope, account=f"{copy:06d}{result.scope.account[6:]}"))
        for copy in range(wanted // len(snapshot.resources) + 1)
        for result in snapshot.manifest.coverage
    ]

    def of(key: ResourceKey):  # noqa: ANN202 - as FactTable.of
        return facts.of(original[key])

    book = price_book(Settings().prices)
    begin = time.perf_counter()
    context = surroundings(resources, book, snapshot.manifest.collected_at)
    judged = run_checks(checks, params, resources, of, context, coverage, Silences(), ("team",))
    seconds = time.perf_counter() - begin
    print(sum(sum(count.values()) for count in judged.outcomes.values()), round(seconds, 3), file=sys.stderr)

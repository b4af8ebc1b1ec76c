import json
import re
from dataclasses import replace

import pytest

from costopt.model.finding import ComputeUsage, Evidence
from costopt.renderers.json import JsonRenderer
from costopt.renderers.redact import redact
from costopt.renderers.registry import RENDERERS
from tests.oracles.reports import ACCOUNTS, HOSTILE, NO_OWNER, OWNERS, made_report


def secrets(report):
    yield from ACCOUNTS
    yield from (owner for owner in OWNERS if owner)
    for finding in report.findings:
        yield finding.resource.id
        yield finding.resource_name
    for row in report.unjudged:
        yield from row.resources


@pytest.mark.parametrize("name", RENDERERS)
def test_nothing_that_identifies_is_left_in_any_format(name):
    report = made_report(60)
    masked = RENDERERS[name].render(redact(report))
    assert [secret for secret in secrets(report) if re.search(rf"(?<![\w-]){re.escape(secret)}(?![\w-])", masked)] == []


def test_hostile_names_are_masked_too():
    masked = json.loads(JsonRenderer().render(redact(made_report(60, hostile=True))))
    text = json.dumps(masked, ensure_ascii=False)
    assert [name for name in HOSTILE if json.dumps(name, ensure_ascii=False)[1:-1] in text] == []


def test_the_same_thing_keeps_the_same_pseudonym_everywhere():
    report = made_report(200)
    masked = redact(report)
    pairs = {(a.owner, b.owner) for a, b in zip(report.findings, masked.findings, strict=True)}
    assert len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})
    owners = dict(pairs)
    assert [part.name for part in masked.by_owner] == [owners.get(part.name, NO_OWNER) for part in report.by_owner]
    accounts = {a.resource.account: b.resource.account for a, b in zip(report.findings, masked.findings, strict=True)}
    assert [row.scope.account for row in masked.coverage] == [accounts[row.scope.account] for row in report.coverage]


def test_the_table_that_prices_were_read_in_is_not_named_and_public_sources_are():
    report = made_report(60)
    sources = ["bigquery://acme-billing.finance.cloud_pricing_export", "https://cloud.google.com/skus"]
    findings = [
        replace(
            item,
            saving=replace(
                item.saving,
                terms=tuple(
                    replace(term, price=replace(term.price, source=sources[number % 2])) for term in item.saving.terms
                ),
            ),
        )
        for number, item in enumerate(one for one in report.findings if one.saving)
    ]
    masked = JsonRenderer().render(redact(replace(report, findings=tuple(findings))))
    assert ("acme-billing" in masked, "bigquery://table-redacted" in masked, sources[1] in masked) == (
        False,
        True,
        True,
    )


def test_the_project_that_slots_are_of_is_masked():
    report = made_report(1)
    (finding,) = report.findings
    usage = ComputeUsage(service="bigquery", instance_type="enterprise_slot", variant=finding.resource.account)
    terms = tuple(replace(term, usage=usage) for term in finding.saving.terms)
    (masked,) = redact(
        replace(report, findings=[replace(finding, saving=replace(finding.saving, terms=terms))])
    ).findings
    assert {term.usage.variant for term in masked.saving.terms} == {masked.resource.account}
    assert masked.resource.account != finding.resource.account


def test_money_counts_and_finding_ids_stay():
    report = made_report(200)
    masked = redact(report)
    assert masked.totals == report.totals
    assert [item.id for item in masked.findings] == [item.id for item in report.findings]
    assert [item.saving and item.saving.monthly for item in masked.findings] == [
        item.saving and item.saving.monthly for item in report.findings
    ]


@pytest.mark.parametrize(
    ("statement", "masked"),
    [
        ("held by image of Web Server 1, idle", "held by image of name-1, idle"),
        ("arn:aws:iam::999900001111:role/Admin may not", "arn-redacted may not"),
        ("owner is ops@corp.example at 10.1.2.3", "owner is mail-redacted at address-redacted"),
        ("paid for by 8a5ac4bf-8b65-400a-b473-c298546126cb", "paid for by id-redacted"),
        ("attached to i-0abc1234def567890", "attached to id-redacted"),
        ("Give zones/us-central1-b/instanceGroupManagers/shop-mig a template", "Give id-redacted a template"),
        ("held by projects/acme-web/global/images/base.v1.", "held by id-redacted."),
        ("in //compute.googleapis.com/projects/acme/zones/z/disks/d, loose", "in id-redacted, loose"),
        ("needs locations/us/clusters/c/nodePools/p (2 nodes)", "needs id-redacted (2 nodes)"),
        ("zones and regions of global use", "zones and regions of global use"),
        ("peak CPU 1.8 % is below 5 % on 2026-11-18", "peak CPU 1.8 % is below 5 % on 2026-11-18"),
        ("Web Server 12 is another name", "Web Server 12 is another name"),
    ],
)
def test_sentences_lose_known_names_and_what_looks_like_an_identity(statement, masked):
    report = made_report(1)
    finding = replace(report.findings[0], resource_name="Web Server 1", evidence=(Evidence(statement=statement),))
    assert redact(replace(report, findings=(finding,))).findings[0].evidence[0].statement == masked


def test_messages_of_the_provider_and_reasons_of_users_are_dropped():
    masked = redact(made_report(60))
    assert {row.detail for row in masked.coverage} == {None}
    assert {item.silence.reason for item in masked.findings if item.silence} == {"redacted"}


def test_redacting_twice_changes_nothing_more_than_the_numbers():
    once = redact(made_report(60))
    assert redact(once).totals == once.totals
    assert {item.resource.account for item in redact(once).findings} == {
        item.resource.account for item in once.findings
    }

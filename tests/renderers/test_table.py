import re

import pytest
from rich.cells import cell_len

from costopt.renderers.table import TableRenderer
from tests.oracles.reports import empty_report, made_report

ESC = "\x1b"


def test_the_first_line_says_what_data_of_when_at_which_prices():
    first = " ".join(TableRenderer().render(made_report(60)).splitlines()[:2])
    for part in ("3 accounts", "4 regions", "612 resources", "2026-11-20 05:20 UTC", "prices of 2026-11-18"):
        assert part in first


def test_the_last_line_is_the_next_command():
    report = made_report(60)
    command = f"next: costopt explain {report.findings[0].id} --snapshot"
    assert TableRenderer().render(report).splitlines()[-1] == f"{command} SNAPSHOT"
    assert TableRenderer(snapshot="snap/").render(report).splitlines()[-1] == f"{command} snap/"
    assert TableRenderer().render(empty_report()).splitlines()[-1] == "next: costopt checks"


def test_money_comes_before_counts():
    text = TableRenderer().render(made_report(60))
    assert text.index("Possible saving: at least $28,067.12/mo") < text.index("60 findings")
    assert "add up to $28,995.70; $928.58 of that is not counted" in " ".join(text.split())


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("hostile", [False, True])
def test_no_line_is_wider_than_the_terminal(width, hostile):
    text = TableRenderer(width=width).render(made_report(60, hostile=hostile))
    assert max(cell_len(line) for line in text.splitlines()) <= width


def test_without_colour_there_is_no_escape_sequence_and_with_it_the_words_are_the_same(monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    report = made_report(60, hostile=True)
    plain, coloured = TableRenderer().render(report), TableRenderer(color=True).render(report)
    assert ESC not in plain
    assert ESC in coloured
    stripped = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert [line.rstrip() for line in stripped.splitlines()] == plain.splitlines()


def test_colour_codes_of_a_name_never_reach_the_terminal():
    coloured = TableRenderer(color=True, top=60).render(made_report(60, hostile=True))
    assert f"{ESC}[31m" not in coloured
    assert f"{ESC}]8" not in coloured


def test_levers_add_up_to_the_total_below_them():
    lines = TableRenderer().render(made_report(60)).splitlines()
    start = next(at for at, line in enumerate(lines) if line.strip().startswith("Lever"))
    end = next(at for at, line in enumerate(lines) if line.strip().startswith("Total"))
    cents = [int(re.sub(r"\D", "", line.split("$")[1])) for line in lines[start:end] if "$" in line]
    assert sum(cents) == pytest.approx(int(re.sub(r"\D", "", lines[end].split("$")[1])), abs=len(cents))
    assert "$28,067.12" in lines[end]


def test_as_many_findings_as_asked_for_are_shown():
    report = made_report(60)
    text = TableRenderer(top=3).render(report)
    assert [item.id for item in report.findings if item.id in text.rsplit("\n", 2)[0]] == [
        i.id for i in report.findings[:3]
    ]
    silent = sum(item.silence is not None for item in report.findings)
    assert f"60 findings, {silent} of them silenced; 3 shown" in text


def test_gaps_name_their_reason_and_the_missing_permission():
    text = " ".join(TableRenderer().render(made_report(60)).split())
    assert "5 scopes of 24 not read, 44 judgements not possible" in text
    assert "3 scopes denied (needs ec2:DescribeVolumes)" in text
    assert "2 scopes throttled, another run may succeed" in text
    assert "Everything that was planned was read and judged." in TableRenderer().render(empty_report())

"""How budgets are written, and what is said where they make no sense."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from costopt.config.budget_settings import budgets_of
from costopt.config.budget_words import threshold_of
from costopt.config.layers import load
from costopt.errors import ConfigError
from costopt.model.budget import Basis, Budget, BudgetPeriod, Measure, ScopeFilter, Threshold

D = Decimal
FULL = """
[[budgets]]
name = "web"
amount = 1_200.50
period = "quarter"
scope = { SubAccountId = "1", "tag:team" = ["a", "b"], not = { ServiceName = "Tax" } }
thresholds = ["80%", "forecast 100%", "pace 130.5%"]
basis = "EffectiveCost"
currency = "EUR"
credits = false
time_zone = "Europe/Berlin"
growth = 0.02
growth_from = 2026-01-01
adjustments = [{ on = 2026-11-05, amount = 300, reason = "launch" }]
owner = "web team"
channels = ["ops"]
labels = { centre = "42" }

[[notify.channels]]
name = "ops"
kind = "console"
"""
ONE = '[[budgets]]\nname = "a"\namount = 5\n'


def loaded(tmp_path: Path, text: str) -> tuple[Budget, ...]:
    path = tmp_path / "costopt.toml"
    path.write_text(text)
    return budgets_of(load(file=path, environ={}).settings.budgets)


def test_everything_that_can_be_written_arrives(tmp_path: Path) -> None:
    (budget,) = loaded(tmp_path, FULL)
    assert (budget.amount, budget.period, budget.basis) == (D("1200.5"), BudgetPeriod.QUARTER, Basis.EFFECTIVE)
    assert budget.scope == (
        ScopeFilter(column="SubAccountId", values=("1",)),
        ScopeFilter(column="tag:team", values=("a", "b")),
        ScopeFilter(column="ServiceName", values=("Tax",), exclude=True),
    )
    assert budget.conditions[-1] == "ChargeCategory!=Credit"
    assert [(one.measure, one.fraction) for one in budget.thresholds] == [
        (Measure.ACTUAL, D("0.8")), (Measure.FORECAST, D(1)), (Measure.PACE, D("1.305")),
    ]  # fmt: skip
    assert (budget.growth_fraction, budget.growth_from) == (D("0.02"), date(2026, 1, 1))
    assert (budget.adjustments[0].amount, budget.channels, budget.labels) == (D(300), ("ops",), {"centre": "42"})


def test_name_and_amount_are_enough(tmp_path: Path) -> None:
    (budget,) = loaded(tmp_path, ONE)
    assert (budget.period, budget.basis, len(budget.thresholds)) == (BudgetPeriod.MONTH, Basis.BILLED, 3)


@pytest.mark.parametrize("text", ["80", "80 percent", "%", "-5%", "spent 80%", "80%%", "1e3%", "NaN%", "٨٠%"])
def test_what_is_no_threshold_is_refused_with_examples(text: str) -> None:
    with pytest.raises(ConfigError, match="no threshold") as raised:
        threshold_of(text)
    assert "'80%'" in raised.value.hint


def test_a_threshold_of_nothing_would_fire_always() -> None:
    with pytest.raises(ConfigError, match="would fire always"):
        threshold_of("0%")
    assert threshold_of(" actual 0.5 % ") == Threshold(measure=Measure.ACTUAL, fraction=D("0.005"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (ONE.replace("amount", "amuont"), "budgets.amuont"),
        (ONE + ONE, "'a' is there twice"),
        (ONE.replace("5", "0"), "an amount of 0"),
        (ONE + "scope = { RegionId = 5 }", "scope 'RegionId' is 5"),
        (ONE + "scope = { RegionId = [] }", "scope 'RegionId' is"),
        (ONE + 'scope = { not = "x" }', "scope.not"),
        (ONE + 'time_zone = "Mars"', "no time zone 'Mars'"),
        (ONE + 'currency = "usd"', "no currency 'usd'"),
        (ONE + 'period = "fortnight"', "period"),
        (ONE + 'channels = ["pager"]', "there is no channel 'pager'"),
        (ONE.replace('"a"', '"a\\u202e"'), "characters that nobody sees"),
        ("[budget]\nanomaly_floor = 0", "budget.anomaly_floor is 0"),
        ("[budget]\nanomaly_threshold = nan", "budget.anomaly_threshold"),
        ("[budget]\ncoverage = 80", "budget.coverage is 80"),
        ("[budget]\nexpiry_days = [0]", "budget.expiry_days"),
        ("[budget]\nstale_after_days = 0", "budget.stale_after_days"),
        ("[budget]\ngroup_by = []", "budget.group_by is empty"),
        ('[budget]\ngroup_by = ["tag:a=b"]', "budget.group_by has 'tag:a=b'"),
        ('[budget]\nfail_on = "always"', "always"),
        ('[[budget.mutes]]\ntarget = "a"\nreason = "b"', "until"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_by_its_name(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as raised:
        loaded(tmp_path, text)
    assert said in str(raised.value)
    assert raised.value.hint


def test_paths_of_bills_are_relative_to_the_file_that_names_them(tmp_path: Path) -> None:
    path = tmp_path / "costopt.toml"
    path.write_text('[billing]\nstore = "mine"\nfiles = ["bill", "/else/where"]\n')
    billing = load(file=path, environ={}).settings.billing
    assert (billing.store, billing.files) == (str(tmp_path / "mine"), (str(tmp_path / "bill"), "/else/where"))


def test_paths_of_the_file_where_the_command_runs_stay_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "costopt.toml").write_text('[billing]\nstore = "mine"\n')
    assert load(environ={}).settings.billing.store == "mine"
    assert load(environ={"COSTOPT_BILLING_STORE": "theirs"}).settings.billing.store == "theirs"

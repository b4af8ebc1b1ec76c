"""The state machine of alerts: once, early, and again only with a reason."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.budgets.alerts import USUAL_POLICY, update
from costopt.errors import ConfigError
from costopt.model.alert import AlertBook, AlertKind, AlertMute, Condition, Rule

NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)
DAY = timedelta(days=1)
EMPTY = AlertBook()


def condition(rank: int = 1, measure: str = "1", *, name: str = "web", grows: bool = True) -> Condition:
    return Condition(
        fingerprint=f"A-{name}", rule=Rule.FORECAST, subject=name, rank=rank, measure=Decimal(measure), grows=grows,
        summary="",
    )  # fmt: skip


def run(*days: tuple[Condition, ...]) -> list[list[AlertKind]]:
    """Kinds of the alerts of daily runs."""
    book, told = EMPTY, []
    for number, conditions in enumerate(days):
        alerts, book = update(book, conditions, NOW + number * DAY)
        told.append([alert.kind for alert in alerts])
    return told


def test_a_crossing_is_told_once() -> None:
    assert run((condition(),), (condition(),), (condition(),)) == [[AlertKind.NEW], [], []]


def test_the_next_threshold_is_worse_and_falling_back_to_the_first_is_no_news() -> None:
    assert run((condition(1),), (condition(2),), (condition(1),), (condition(2),)) == [
        [AlertKind.NEW], [AlertKind.WORSENED], [], [],
    ]  # fmt: skip


@pytest.mark.parametrize(("grows", "told"), [(True, [AlertKind.WORSENED]), (False, [])])
def test_a_quarter_more_is_worse_where_it_can_grow_by_itself(*, grows: bool, told: list[AlertKind]) -> None:
    first, second = condition(measure="100", grows=grows), condition(measure="125", grows=grows)
    assert run((first,), (second,)) == [[AlertKind.NEW], told]
    assert run((first,), (replace(second, measure=Decimal("124.99")),)) == [[AlertKind.NEW], []]


def test_what_goes_on_is_told_again_after_seven_days() -> None:
    told = run(*[(condition(),)] * 15)
    assert [day for day, kinds in enumerate(told) if kinds] == [0, 7, 14]
    assert told[7] == told[14] == [AlertKind.REMINDER]


def test_what_is_over_is_resolved_and_new_when_it_comes_again() -> None:
    assert run((condition(),), (), (), (condition(),)) == [
        [AlertKind.NEW], [AlertKind.RESOLVED], [], [AlertKind.NEW],
    ]  # fmt: skip


def test_what_is_gone_for_an_hour_is_not_over() -> None:
    _, book = update(EMPTY, [condition()], NOW)
    alerts, book = update(book, [], NOW + timedelta(hours=1))
    assert alerts == ()
    alerts, _ = update(book, [condition()], NOW + timedelta(hours=2))
    assert alerts == ()


def test_what_could_not_be_judged_is_not_over() -> None:
    _, book = update(EMPTY, [condition()], NOW)
    alerts, book = update(book, [], NOW + 3 * DAY, judged=["other"])
    assert alerts == ()
    alerts, _ = update(book, [], NOW + 3 * DAY, judged=["web"])
    assert [one.kind for one in alerts] == [AlertKind.RESOLVED]


@pytest.mark.parametrize("target", ["web", "A-web"])
def test_a_mute_ends_with_its_last_day_and_then_it_is_new(target: str) -> None:
    mutes = [AlertMute(target=target, until=date(2026, 11, 21))]
    book, told = EMPTY, []
    for number in range(3):
        alerts, book = update(book, [condition()], NOW + number * DAY, mutes=mutes)
        told.append([one.kind for one in alerts])
    assert told == [[], [], [AlertKind.NEW]]


def test_what_nobody_was_told_of_is_not_resolved_to_anybody() -> None:
    mutes = [AlertMute(target="web", until=date(2026, 11, 20))]
    _, book = update(EMPTY, [condition()], NOW, mutes=mutes)
    assert update(book, [], NOW + 2 * DAY)[0] == ()


def test_new_ones_come_first_and_the_worst_of_them_before_the_others() -> None:
    _, book = update(EMPTY, [condition(name="old")], NOW)
    now = [condition(2, "9", name="old"), condition(name="small"), condition(measure="5", name="large")]
    alerts, _ = update(book, now, NOW + DAY)
    assert [one.condition.subject for one in alerts] == ["large", "small", "old"]


def test_of_two_with_one_fingerprint_the_worse_counts() -> None:
    (alert,), _ = update(EMPTY, [condition(2), condition(1)], NOW)
    assert alert.condition.rank == 2


def test_resolved_things_are_forgotten_after_400_days() -> None:
    _, book = update(EMPTY, [condition()], NOW)
    _, book = update(book, [], NOW + 2 * DAY)
    assert book.remembered
    assert not update(book, [], NOW + 400 * DAY)[1].remembered


def test_what_belongs_to_a_budget_that_is_gone_is_forgotten_after_400_days() -> None:
    _, book = update(EMPTY, [condition()], NOW)
    for days, left in ((399, 1), (400, 0)):
        _, after = update(book, [], NOW + days * DAY, judged=())
        assert len(after.remembered) == left


def test_of_resolved_things_the_latest_are_kept_and_of_open_ones_all() -> None:
    """A daily budget has a condition a day: without this a book would be too large to be kept within a year."""
    policy = replace(USUAL_POLICY, most_resolved=3)
    book = EMPTY
    for day in range(9):
        now = NOW + day * DAY
        _, book = update(book, [condition(name=f"day {day}"), condition(name="month")], now, policy=policy)
    assert sorted(one.condition.subject for one in book.remembered.values() if one.open) == ["day 8", "month"]
    resolved = sorted(one.condition.subject for one in book.remembered.values() if not one.open)
    assert resolved == ["day 5", "day 6", "day 7"]


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ConfigError, match="no time zone"):
        update(EMPTY, [], datetime(2026, 11, 20))  # noqa: DTZ001


RUNS = st.lists(
    st.tuples(
        st.integers(1, 60),  # hours since the run before
        st.one_of(st.none(), st.tuples(st.integers(1, 3), st.integers(1, 9))),  # rank and measure, where it holds
        st.booleans(),  # whether the run is killed between sending and saving
    ),
    max_size=30,
)


@settings(max_examples=100, deadline=None)
@given(RUNS)
def test_every_crossing_is_told_and_with_the_same_key_where_a_run_was_killed(
    runs: list[tuple[int, tuple[int, int] | None, bool]],
) -> None:
    book, now, told = EMPTY, NOW, set[str]()
    for hours, holds, killed in runs:
        now += timedelta(hours=hours)
        conditions = [condition(holds[0], str(holds[1]))] if holds else []
        alerts, after = update(book, conditions, now)
        keys = {alert.dedupe_key for alert in alerts}
        assert not keys & told
        if killed:  # it was sent and not saved: the next run says the same of it
            alerts, after = update(book, conditions, now + timedelta(hours=1))
            assert keys <= {alert.dedupe_key for alert in alerts}
            now += timedelta(hours=1)
        told |= {alert.dedupe_key for alert in alerts}
        book = after
        if holds:
            assert book.remembered["A-web"].told_rank >= holds[0]


@settings(max_examples=100, deadline=None)
@given(RUNS)
def test_no_crossing_is_told_twice_within_an_episode(runs: list[tuple[int, tuple[int, int] | None, bool]]) -> None:
    book, now = EMPTY, NOW
    keys: list[str] = []
    rank = open_ = 0
    for hours, holds, _ in runs:
        now += timedelta(hours=hours)
        alerts, book = update(book, [condition(holds[0], str(holds[1]), grows=False)] if holds else [], now)
        for alert in alerts:
            keys.append(alert.dedupe_key)
            if alert.kind is AlertKind.NEW:
                assert not open_
                rank, open_ = alert.condition.rank, 1
            elif alert.kind is AlertKind.WORSENED:
                assert alert.condition.rank > rank
                rank = alert.condition.rank
            elif alert.kind is AlertKind.RESOLVED:
                assert open_
                open_ = 0
    assert len(keys) == len(set(keys))

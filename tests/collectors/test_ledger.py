"""The ledger refuses to look complete when it is not."""

import pytest

from costopt.collectors.ledger import Ledger, LedgerBroken
from costopt.model.coverage import Scope, ScopeResult, Status

ONE = Scope(provider="aws", account="1", region="us-east-1", operation="a")
TWO = Scope(provider="aws", account="1", region="eu-west-1", operation="a")


def ended(scope: Scope) -> ScopeResult:
    return ScopeResult(scope=scope, status=Status.EMPTY, kinds=())


def test_results_come_sorted_once_all_have_ended() -> None:
    ledger = Ledger([ONE, TWO])
    ledger.close(ended(ONE))
    with pytest.raises(LedgerBroken, match="never ended"):
        ledger.results()
    ledger.close(ended(TWO))
    assert [result.scope for result in ledger.results()] == [TWO, ONE]


def test_a_scope_ends_once() -> None:
    ledger = Ledger([ONE])
    ledger.close(ended(ONE))
    with pytest.raises(LedgerBroken):
        ledger.close(ended(ONE))


def test_only_planned_scopes_end() -> None:
    with pytest.raises(LedgerBroken):
        Ledger([ONE]).close(ended(TWO))


def test_a_scope_is_planned_once() -> None:
    with pytest.raises(LedgerBroken):
        Ledger([ONE, ONE])

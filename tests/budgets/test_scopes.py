"""How scopes lie to each other; a small bill of all combinations is the judge."""

from decimal import Decimal
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from costopt.budgets.scopes import Overlap, overlap_notes, overlap_of
from costopt.model.budget import Budget, ScopeFilter

BILL = list(product(("a", "b", "c"), ("x", "y", "z")))
FILTERS = st.lists(
    st.builds(
        lambda column, values, exclude: ScopeFilter(column=column, values=tuple(sorted(values)), exclude=exclude),
        st.sampled_from(["first", "second"]),
        st.sets(st.sampled_from("abcxyz"), min_size=1, max_size=2),
        st.booleans(),
    ),
    max_size=3,
)


def budget(*scope: ScopeFilter, name: str = "one") -> Budget:
    return Budget(name=name, amount=Decimal(1), scope=scope)


def charges(budget: Budget) -> set[tuple[str, str]]:
    """As questions to the bill have it: values of a column and sign are any of them."""
    found = set()
    for row in BILL:
        cells = dict(zip(("first", "second"), row, strict=True))
        allowed = {column: set[str]() for column in cells}
        for one in budget.scope:
            if not one.exclude:
                allowed[one.column] |= set(one.values)
        denied = any(one.exclude and cells[one.column] in one.values for one in budget.scope)
        if not denied and all(not values or cells[column] in values for column, values in allowed.items()):
            found.add(row)
    return found


@settings(max_examples=100, deadline=None)
@given(FILTERS, FILTERS)
def test_what_is_said_of_two_scopes_is_true_of_their_charges(
    first: list[ScopeFilter], second: list[ScopeFilter]
) -> None:
    one, other = charges(budget(*first)), charges(budget(*second))
    holds = {
        Overlap.SAME: one == other,
        Overlap.WITHIN: one <= other,
        Overlap.AROUND: one >= other,
        Overlap.APART: not one & other,
        Overlap.MAYBE: True,
    }
    assert holds[overlap_of(budget(*first), budget(*second))]


def test_budgets_that_count_the_same_charges_are_named() -> None:
    web = budget(ScopeFilter(column="tag:team", values=("web",)), name="web")
    shop = budget(ScopeFilter(column="tag:team", values=("shop",)), name="shop")
    (first, second) = overlap_notes([budget(name="all"), web, shop])
    assert first.startswith("'all' and 'web' overlap: the second lies within the first")
    assert "'shop'" in second
    assert overlap_notes([web, shop]) == ()

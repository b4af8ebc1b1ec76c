"""Every sort of bill is told from the others."""

import pytest

from costopt.collectors.files.recognition import require_kind
from costopt.errors import BillError
from costopt.model.bill import BillFile, BillKind, FileForm

COLUMNS = {
    "focus": ("BilledCost", "ChargePeriodStart", "x_Own"),
    "legacy": ("lineItem/LineItemType", "lineItem/UnblendedCost", "bill/PayerAccountId"),
    "cur2": ("line_item_line_item_type", "line_item_unblended_cost", "bill_payer_account_id"),
    "gcp": ("billing_account_id", "service.description", "cost", "usage_start_time"),
    "azure": ("date", "costInBillingCurrency", "billingCurrency"),
    "none": ("Region", "Price"),
}
KINDS = {"focus": BillKind.FOCUS, "legacy": BillKind.CUR, "cur2": BillKind.CUR, "gcp": BillKind.GCP_EXPORT}


def made(sort: str, form: FileForm = FileForm.CSV, path: str = "/bills/a.csv") -> BillFile:
    return BillFile(path=path, form=form, columns=COLUMNS[sort])


@pytest.mark.parametrize("kind", list(KINDS.values()))
@pytest.mark.parametrize("sort", list(COLUMNS))
def test_a_file_is_taken_as_its_own_kind_only(sort: str, kind: BillKind) -> None:
    if KINDS.get(sort) is kind:
        require_kind(made(sort), kind)
        return
    with pytest.raises(BillError, match=kind.value if sort != "none" else "looks like no bill") as refused:
        require_kind(made(sort), kind)
    if sort in KINDS:
        assert refused.value.hint == f"Use `costopt collect {KINDS[sort].value} /bills/a.csv`."
    elif sort == "azure":
        assert "type FOCUS" in refused.value.hint


def test_one_column_too_few_is_another_file() -> None:
    for sort, kind in KINDS.items():
        file = made(sort)
        for missing in [name for name in file.columns if name not in ("x_Own", "service.description")][:2]:
            if missing.startswith(("bill/", "bill_p")):
                continue
            columns = tuple(name for name in file.columns if name != missing)
            with pytest.raises(BillError, match="looks like no bill"):
                require_kind(BillFile(path="a", form=FileForm.CSV, columns=columns), kind)


def test_a_command_in_a_hint_is_safe_to_paste() -> None:
    with pytest.raises(BillError) as refused:
        require_kind(made("focus", path="/b/$(touch x) y.csv"), BillKind.CUR)
    assert "costopt collect focus '/b/$(touch x) y.csv'" in refused.value.hint


def test_json_is_read_of_google_only() -> None:
    require_kind(made("gcp", FileForm.JSONL_GZ), BillKind.GCP_EXPORT)
    with pytest.raises(BillError, match="JSON, which is not read of kind focus"):
        require_kind(made("focus", FileForm.JSONL), BillKind.FOCUS)

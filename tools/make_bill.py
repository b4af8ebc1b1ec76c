"""Make a bill of Harbourline Freight: `python tools/make_bill.py --form cur2 --lines 1000000 --out DIR`.

The same arguments give the same bytes. What it sums to is in DIR/totals.json.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from costopt.model.bill import FileForm
from tools.bills.company import FIRST_MONTH, make_bill
from tools.bills.request import Cloud, Edp, Form


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the bill; returns the exit code."""
    options = _parser().parse_args(arguments)
    try:
        made = make_bill(
            options.out,
            form=options.form,
            file=options.file,
            cloud=options.cloud,
            lines=options.lines,
            months=options.months,
            seed=options.seed,
            first_month=options.first_month,
            edp=options.edp,
            edition=options.edition,
            split=options.split,
            truth=False,
        )
    except ValueError as error:
        print(f"make_bill: {error}", file=sys.stderr)
        return 2
    for period in made.totals:
        print(f"{period.billing_period}: {period.file_rows} rows, invoice {period.invoice_total:.2f} USD")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Make a bill whose exact totals are known.")
    parser.add_argument("--form", choices=[form.value for form in Form], required=True)
    parser.add_argument("--file", choices=[form.value for form in FileForm], help="default: the form's usual one")
    parser.add_argument("--cloud", choices=[cloud.value for cloud in Cloud], help="of FOCUS; default: aws")
    parser.add_argument("--lines", type=int, default=2_000, help="lines of usage over all months")
    parser.add_argument("--months", type=int, default=1)
    parser.add_argument("--first-month", type=date.fromisoformat, default=FIRST_MONTH, help="YYYY-MM-01")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--edp", choices=[edp.value for edp in Edp], default=Edp.NONE.value)
    parser.add_argument("--edition", type=int, choices=(1, 2), default=1, help="2: the restated month")
    parser.add_argument("--split", type=int, default=1, help="files a month")
    parser.add_argument("--out", type=Path, required=True, help="folder; files of the same names are replaced")
    return parser


if __name__ == "__main__":
    sys.exit(main())

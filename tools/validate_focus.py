"""Holds a store of bills against the FOCUS project's own validator, in an environment of the validator's.

Run: python tools/validate_focus.py --store DIR [--period YYYY-MM] [--python python3.12]

The first run makes .venv-focus-validator from requirements/focus-validator.lock. Exit 0 where nothing but known false
alarms is reported, 1 where something else is.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from costopt.billing.duckdb_engine import DuckDbEngine, open_duckdb
from costopt.billing.lake import Lake
from costopt.billing.sql_text import quoted
from costopt.model.focus import FOCUS_COLUMNS

LOCK = ROOT / "requirements" / "focus-validator.lock"
ENVIRONMENT = ROOT / ".venv-focus-validator"
MODEL = "1.2.0.1"
"""Version of the rules that comes with the validator; it is not asked to fetch another."""
FROM_SOURCE = ("focus-validator==", "pandasql==")
"""Packages that have no wheel: built after all others are there, with what the lock file names to build them."""

FALSE_ALARMS = {
    "BilledCost-C-005-C": """It is about charges that a third party invoices. The validator takes every row for one
        whose ProviderName is spelled unlike its InvoiceIssuerName, as `AWS` and `Amazon Web Services, Inc.` are.""",
    "CommitmentDiscountStatus-C-004-C": """It is about rows whose CommitmentDiscountId is not null. The validator asks
        it of rows where it is null, so every row without a commitment breaks it; `commitment-described` asks
        rightly.""",
    "CapacityReservationStatus-C-004-C": """It is about rows with a CapacityReservationId. The validator does not read
        the form in which the rule's condition is written, so every row without one breaks it.""",
    "EffectiveCost-C-005-C": """It is about purchases that cover later charges. The validator asks it of every purchase,
        support plans and domains too; `purchase-effective-zero` asks it of commitments.""",
    "InvoiceId-C-004-C": """It is about charges that are on no invoice. The validator has no condition for it, so that
        no bill keeps both this rule and InvoiceId-C-005-C.""",
    "InvoiceId-C-005-C": """It is about charges that are on an invoice. The validator has no condition for it, so a
        month that is not invoiced yet breaks it.""",
    "CostAndUsage-D-...-C, -O": """They ask for columns that only some providers need, or that are recommended. The
        tool tells the validator that everything applies, so that it runs all its rules on the columns that are
        there.""",
}
"""Rules of the validator (release 2.2.1, model 1.2.0.1) that fail on bills which keep their words, and why."""
MANDATORY = frozenset(
    (
        "BillingAccountName",
        "ChargeClass",
        "ChargeDescription",
        "InvoiceIssuerName",
        "PricingQuantity",
        "PricingUnit",
        "ProviderName",
        "PublisherName",
        "ServiceCategory",
    )
)
"""Columns that FOCUS 1.2 wants in every bill, though rows may not fill them; the others are filled in any store."""
_OPTIONAL_COLUMN = re.compile(r"CostAndUsage-D-\d+-[CO]")


def prepare(python: str) -> Path:
    """Make the environment where there is none, or an old one; gives its interpreter."""
    interpreter, ready = ENVIRONMENT / "bin" / "python", ENVIRONMENT / ".ready"
    lock = LOCK.read_text(encoding="utf-8")
    if ready.is_file() and ready.read_text(encoding="utf-8") == lock:
        return interpreter
    subprocess.run([python, "-c", "import sys; sys.exit(sys.version_info < (3, 12))"], check=True)
    subprocess.run([python, "-m", "venv", "--clear", str(ENVIRONMENT)], check=True)
    blocks = re.split(r"(?m)^(?=[A-Za-z0-9])", lock)
    built = [block for block in blocks if block.startswith(FROM_SOURCE)]
    install(interpreter, [block for block in blocks if block not in built], "--only-binary", ":all:")
    install(interpreter, built, "--no-build-isolation")
    ready.write_text(lock, encoding="utf-8")
    return interpreter


def install(interpreter: Path, blocks: list[str], *options: str) -> None:
    """Install some of the locked packages, each against its hash."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listed:
        listed.write("".join(blocks))
        listed.flush()
        pip = [str(interpreter), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*pip, "--require-hashes", *options, "-r", listed.name], check=True)


def export(engine: DuckDbEngine, target: Path, period: str | None) -> int:
    """Write the FOCUS columns that some row fills, and the mandatory ones, as Parquet; gives the number of rows.

    Another column that the source does not have is left out, as FOCUS allows; empty, it would break rules.
    """
    where = "true" if period is None else f"strftime(BillingPeriodStart, '%Y-%m') = '{period}'"
    names = [column.name for column in FOCUS_COLUMNS]
    counts = ", ".join(f"COUNT({quoted(name)}) AS {quoted(name)}" for name in names)
    (filled,) = engine.query(f"SELECT {counts} FROM cost WHERE {where}").to_pylist()
    shown = ", ".join(quoted(name) for name in names if filled[name] or name in MANDATORY)
    if not filled["BilledCost"]:
        sys.exit("no row to validate")
    return engine.write(f"SELECT {shown} FROM cost WHERE {where}", target, "FORMAT parquet, COMPRESSION zstd")


def packages_of(interpreter: Path) -> Path:
    """Folder of the packages of the environment."""
    where = "import pathlib, focus_validator; print(pathlib.Path(focus_validator.__file__).parents[1])"
    found = subprocess.run([str(interpreter), "-c", where], check=True, capture_output=True, text=True)
    return Path(found.stdout.strip())


def validate(interpreter: Path, bill: Path, report: Path) -> None:
    """Run the validator. It looks for its table of currencies below the folder that it runs in."""
    arguments = ["--data-file", str(bill), "--validate-version", MODEL, "--block-download"]
    arguments += ["--applicability-criteria", "ALL", "--output-type", "unittest", "--output-destination", str(report)]
    command = [str(interpreter.parent / "focus-validator"), *arguments]
    subprocess.run(command, check=True, cwd=packages_of(interpreter), stdout=subprocess.DEVNULL)


def failures(report: Path) -> tuple[int, list[str]]:
    """How many rules were run, and the ids of those that failed; rules that only sum up others are left out."""
    cases = [case for case in ET.parse(report).iter("testcase") if ":: Composite" not in case.get("name", "")]
    run = [case for case in cases if case.find("skipped") is None]
    return len(run), [case.get("name", "").split(" ")[0] for case in run if case.find("failure") is not None]


def is_false_alarm(rule: str) -> bool:
    """Whether a failure of this rule says nothing."""
    return rule in FALSE_ALARMS or _OPTIONAL_COLUMN.fullmatch(rule) is not None


def wordings(interpreter: Path) -> dict[str, str]:
    """The words of each rule, from the model that comes with the validator."""
    model = packages_of(interpreter) / "focus_validator" / "rules" / f"model-{MODEL}.json"
    rules = json.loads(model.read_text(encoding="utf-8"))["ModelRules"]
    return {rule: entry["ValidationCriteria"]["MustSatisfy"] for rule, entry in rules.items()}


def main() -> int:
    """Validate a store and say what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", type=Path, required=True, help="directory of the store")
    parser.add_argument("--period", type=month, metavar="YYYY-MM", help="one billing period; all otherwise")
    parser.add_argument("--python", default="python3.12", help="Python 3.12 or newer, to make the environment with")
    chosen = parser.parse_args()
    interpreter = prepare(chosen.python)
    with tempfile.TemporaryDirectory() as folder:
        bill, report = Path(folder, "bill.parquet"), Path(folder, "report.xml")
        with open_duckdb(Lake(chosen.store)) as engine:
            rows = export(engine, bill, chosen.period)
        validate(interpreter, bill, report)
        run, failed = failures(report)
    wrong = [rule for rule in failed if not is_false_alarm(rule)]
    words = wordings(interpreter)
    for rule in wrong:
        print(f"{rule}: {words.get(rule, '')}")
    print(f"{rows:,} rows, {run} rules run: {len(wrong)} failed, {len(failed) - len(wrong)} known false alarms")
    return 1 if wrong else 0


def month(text: str) -> str:
    """A billing period."""
    if not re.fullmatch(r"\d{4}-\d{2}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no month, such as 2026-10")
    return text


if __name__ == "__main__":
    sys.exit(main())

"""A part of a refreshed catalog: what one price file gave, kept so that an unchanged file is not read again."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from costopt.model.price import Purchase, Quality
from costopt.prices.refresh.fetch import Validators
from costopt.prices.refresh.tally import Advice, Rejected, Rows
from costopt.prices.rows import HourlyRow, UnitRow
from costopt.prices.writer import to_table

PARSER_VERSION: Final = 1
"""Rises when the same file would give other rows; parts of another version are read anew."""

_META: Final = "part.json"
_PURCHASES: Final = {purchase.value: purchase for purchase in Purchase}
_QUALITIES: Final = {quality.value: quality for quality in Quality}
_TABLES: Final = ("hourly", "units", "spot_advice")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One price file's rows and how to ask whether it changed."""

    name: str
    """Service and region, such as `ec2@eu-west-1`."""
    url: str
    """Address that it was read from."""
    validators: Validators
    """For the conditional request."""
    rows: Rows
    """What the file gave."""


def save_part(parts: Path, part: Part) -> None:
    """Write a part into the folder `parts`; its description last, so that a half-written one is not read."""
    folder = parts / part.name
    folder.mkdir(parents=True)
    content = {
        "hourly": part.rows.hourly,
        "units": part.rows.units,
        "spot_advice": [row.fields() for row in part.rows.advice],
    }
    digests = {}
    for table, rows in content.items():
        path = folder / f"{table}.parquet"
        pq.write_table(to_table(table, rows), path, compression="zstd")
        digests[table] = hashlib.sha256(path.read_bytes()).hexdigest()
    meta = {
        "parser": PARSER_VERSION,
        "url": part.url,
        "etag": part.validators.etag,
        "last_modified": part.validators.last_modified,
        "as_of": part.rows.as_of.isoformat(),
        "rejected": [[entry.what, entry.reason] for entry in part.rows.rejected],
        "accelerated_families": sorted(part.rows.accelerated_families),
        "sha256": digests,
    }
    (folder / _META).write_text(json.dumps(meta, indent=1), encoding="utf-8")


def load_part(parts: Path, name: str) -> Part | None:
    """A part as it was saved; None where there is none, or it is damaged or from another parser."""
    try:
        meta = _meta(parts / name)
        tables = {table: pq.read_table(parts / name / f"{table}.parquet") for table in _TABLES}
        rows = Rows(
            hourly=tuple(_hourly(tables["hourly"])),
            units=tuple(_units(tables["units"])),
            advice=tuple(_advice(tables["spot_advice"])),
            rejected=tuple(Rejected(what=what, reason=reason) for what, reason in meta["rejected"]),
            accelerated_families=frozenset(meta["accelerated_families"]),
            as_of=date.fromisoformat(meta["as_of"]),
        )
        validators = Validators(etag=meta["etag"], last_modified=meta["last_modified"])
        return Part(name=name, url=meta["url"], validators=validators, rows=rows)
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException):
        return None


def validators_of(parts: Path, name: str, url: str) -> Validators | None:
    """What to send to learn whether the file behind a part changed; None where the part must be read anew."""
    try:
        meta = _meta(parts / name)
        validators = Validators(etag=meta["etag"], last_modified=meta["last_modified"])
        return validators if meta["url"] == url and validators.headers() else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def is_whole(parts: Path, name: str) -> bool:
    """The part is there as it was written, by this parser."""
    try:
        _meta(parts / name)
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return True


def carry_part(old: Path, new: Path, name: str) -> None:
    """Copy a part of the old catalog to the new one as it is."""
    shutil.copytree(old / name, new / name)


def part_names(parts: Path | None) -> tuple[str, ...]:
    """Names of the parts in a folder, sorted; none where there is no folder."""
    if parts is None or not parts.is_dir():
        return ()
    return tuple(sorted(folder.name for folder in parts.iterdir() if (folder / _META).is_file()))


def _meta(folder: Path) -> Any:
    """The description of a part whose files are as they were written."""
    meta = json.loads((folder / _META).read_text(encoding="utf-8"))
    if meta["parser"] != PARSER_VERSION:
        raise ValueError(f"{folder} was written by parser {meta['parser']}")
    for table in _TABLES:
        path = folder / f"{table}.parquet"
        if hashlib.sha256(path.read_bytes()).hexdigest() != meta["sha256"][table]:
            raise ValueError(f"{path} is damaged")
    return meta


def _hourly(table: pa.Table) -> Iterator[HourlyRow]:
    for record in _records(table):
        row = HourlyRow._make(record)
        yield row._replace(purchase=_PURCHASES[row.purchase], quality=_QUALITIES[row.quality])


def _units(table: pa.Table) -> Iterator[UnitRow]:
    for record in _records(table):
        row = UnitRow._make(record)
        yield row._replace(quality=_QUALITIES[row.quality])


def _advice(table: pa.Table) -> Iterator[Advice]:
    names = ("instance_type", "region", "os", "saving_fraction", "interruption_band", "source", "as_of")
    for record in _records(table):
        yield Advice(**dict(zip(names, record, strict=True)))


def _records(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    return zip(*(_values(column) for column in table.columns), strict=True)


def _values(column: pa.ChunkedArray) -> Iterator[Any]:
    """Values of a column; repeated words are one object, which saves most of the memory."""
    for chunk in column.chunks:
        if pa.types.is_dictionary(chunk.type):
            words = chunk.dictionary.to_pylist()
            yield from (words[index] for index in chunk.indices.to_pylist())
        else:
            yield from chunk.to_pylist()

"""An emulated BigQuery on 127.0.0.1, in an environment of its own, with the bill as a table."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from costopt.model.focus import COLUMNS, ColumnType
from tests.oracles.bill_rows import Row

ENVIRONMENT = Path(__file__).resolve().parents[2] / ".venv-bigquery"
PROJECT, DATASET = "payer-1", "billing"
FIELD = {
    ColumnType.TEXT: "STRING",
    ColumnType.MONEY: "NUMERIC",  # 9 places; the emulator has no decimals of 76 digits, which a BIGNUMERIC is
    ColumnType.NUMBER: "FLOAT64",
    ColumnType.TIME: "TIMESTAMP",
}
START_SECONDS = 120
BATCH = 500


@contextmanager
def emulated(log: Path) -> Iterator[Any]:
    """A client of a new emulator; skips where it is not installed."""
    bigquery = pytest.importorskip("google.cloud.bigquery", reason="google-cloud-bigquery is not installed")
    from google.auth.credentials import AnonymousCredentials

    program = ENVIRONMENT / "bin" / "bqemulator"
    if not program.exists():
        pytest.skip("no .venv-bigquery (make bigquery-env)")
    rest, other = free_ports()
    command = [str(program), "start", "--rest-port", str(rest), "--grpc-port", str(other)]
    # The extension of DuckDB that it needs lies in a home of the environment's own.
    surroundings = os.environ | {"HOME": str(ENVIRONMENT / "home"), "OTEL_SDK_DISABLED": "true"}
    with log.open("w") as said, subprocess.Popen(command, stdout=said, stderr=said, env=surroundings) as server:
        try:
            await_port(rest, server, log)
            client = bigquery.Client(
                project=PROJECT,
                credentials=AnonymousCredentials(),
                client_options={"api_endpoint": f"http://127.0.0.1:{rest}"},
            )
            yield client
            client.close()
        finally:
            server.terminate()


def free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def await_port(port: int, server: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text()[-2000:]
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"the emulator does not listen after {START_SECONDS} s")


def load(client: Any, name: str, rows: list[Row], **types: str) -> str:
    """Make a table of rows and give its full name; `types` differ from the canonical ones."""
    from google.cloud import bigquery

    fields = [bigquery.SchemaField(column.name, types.get(column.name, FIELD[column.type])) for column in COLUMNS]
    client.create_dataset(DATASET, exists_ok=True)
    table = client.create_table(bigquery.Table(f"{PROJECT}.{DATASET}.{name}", schema=fields))
    cells = [{key: _cell(value) for key, value in row.items() if value is not None} for row in rows]
    for start in range(0, len(cells), BATCH):
        assert client.insert_rows_json(table, cells[start : start + BATCH]) == []
    return f"{PROJECT}.{DATASET}.{name}"


def _cell(value: Any) -> Any:
    return value if isinstance(value, (str, float)) else str(value)

"""Asks a Spark Connect server of its own; runs in the environment that has pyspark and Sail, apart from the tests'.

python spark_runner.py spark|sail JOB.json: the job names tables and questions, the answers become Arrow files.
"""

import json
import os
import socket
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import Popen
from typing import Any

import pyarrow as pa
import pyspark
from pyspark.sql import SparkSession

from costopt.billing.engines.spark import SparkEngine, open_spark
from costopt.errors import EngineError

START_SECONDS = 120
UNCOMPILED = {"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"}
"""Of a small table: most of the time would go into compiling each query."""


@contextmanager
def serve(kind: str) -> Iterator[str]:
    """Address of a new server."""
    if kind == "sail":
        from pysail.spark import SparkConnectServer

        server = SparkConnectServer(ip="127.0.0.1", port=0)
        server.start()
        try:
            yield f"sc://127.0.0.1:{server.listening_address[1]}"
        finally:
            server.stop()
        return
    port = free_port()
    settings = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": port,
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.log.level": "ERROR",
        "spark.sql.shuffle.partitions": 2,
        "spark.sql.adaptive.enabled": "false",
        "spark.driver.extraJavaOptions": "-XX:+UseSerialGC",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    home = Path(pyspark.__file__).parent
    command = [str(home / "bin" / "spark-submit"), "--master", "local[2]", "--driver-memory", "2g"]
    command += [word for name, value in settings.items() for word in ("--conf", f"{name}={value}")]
    command += ["--class", "org.apache.spark.sql.connect.service.SparkConnectServer", "spark-internal"]
    with Popen(command, env=os.environ | {"SPARK_HOME": str(home)}) as server:
        try:
            await_port(port, server)
            yield f"sc://127.0.0.1:{port}"
        finally:
            server.terminate()


def await_port(port: int, server: Popen[bytes]) -> None:
    """Return when the server listens."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise SystemExit(f"Spark ended with {server.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit(f"Spark does not listen after {START_SECONDS} s")


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def ask(engine: SparkEngine, sql: str, path: Path) -> dict[str, Any]:
    """Ask one question; its answer becomes a file, an error its text."""
    asked = time.perf_counter()
    try:
        found = engine.query(sql)
    except EngineError as error:
        return {"error": str(error)}
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, found.schema) as writer:
        writer.write_table(found)
    return {"path": str(path), "seconds": time.perf_counter() - asked}


def main() -> None:
    """Serve, ask everything, write what came."""
    kind, job_path = sys.argv[1], Path(sys.argv[2])
    job = json.loads(job_path.read_text())
    began = time.perf_counter()
    with serve(kind) as address:
        report: dict[str, Any] = {"start_seconds": time.perf_counter() - began, "answers": {}}
        for table in job["tables"]:
            # The engine joins the session, which is the only one to see the view.
            joined = f"{address}/;session_id={uuid.uuid4()}"
            session = SparkSession.builder.remote(joined).create()
            for setting, value in UNCOMPILED.items() if table["small"] else ():
                session.conf.set(setting, value)
            session.read.parquet(table["path"]).createOrReplaceTempView("bill")
            with open_spark(joined, "bill", table["tags"]) as engine:
                for label, sql in table["questions"].items():
                    path = job_path.parent / f"{kind}-{len(report['answers'])}.arrow"
                    report["answers"][label] = ask(engine, sql, path)
        report["seconds"] = time.perf_counter() - began
        (job_path.parent / f"{kind}.json").write_text(json.dumps(report))


main()
sys.stdout.flush()
os._exit(0)  # Sail's threads outlive the server

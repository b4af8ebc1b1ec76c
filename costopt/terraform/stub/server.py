"""Serves stand-in providers to terraform over gRPC on private sockets.

`TF_REATTACH_PROVIDERS` makes terraform skip the installation and the version constraints of a provider, and talk to a
process that is already there.

Source: https://developer.hashicorp.com/terraform/plugin/debugging#running-terraform-with-a-provider-in-debug-mode
"""

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from costopt.errors import TerraformError
from costopt.terraform.stub.provider import StubProvider
from costopt.terraform.stub.wire import WireError, parse

REATTACH = "TF_REATTACH_PROVIDERS"
_SERVICE = "/tfplugin6.Provider/"
_LONGEST_SOCKET = 100
"""Characters of a socket's path; Linux takes 107, macOS 103."""
_THREADS = 4
_OPTIONS = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1), ("grpc.so_reuseport", 0)]


@contextmanager
def serving(providers: Mapping[str, StubProvider]) -> Iterator[dict[str, str]]:
    """Serve providers by full address; yields the environment that leads terraform to them.

    Raises:
        TerraformError: grpcio is not installed, or no socket can be opened.
    """
    grpc = _grpc()
    with tempfile.TemporaryDirectory(prefix="costopt-", ignore_cleanup_errors=True) as folder:
        servers, reattach = [], {}
        try:
            for position, (address, provider) in enumerate(providers.items()):
                socket = Path(folder) / f"{position}.sock"
                servers.append(_start(grpc, provider, socket))
                reattach[address] = _reattachment(socket)
            yield {REATTACH: json.dumps(reattach)}
        finally:
            for stopped in [server.stop(grace=None) for server in servers]:
                stopped.wait(timeout=5)


def _grpc() -> Any:
    try:
        import grpc
        import msgpack  # noqa: F401 - the messages need it
    except ImportError as error:
        raise TerraformError(
            f"the stand-in for providers needs the package {error.name}", hint="pip install 'cloud-costopt[terraform]'"
        ) from error
    return grpc


def _start(grpc: Any, provider: StubProvider, socket: Path) -> Any:
    if len(str(socket)) > _LONGEST_SOCKET:
        raise TerraformError(f"the path of a socket is too long: {socket}", hint="set TMPDIR to a shorter path")
    server = grpc.server(ThreadPoolExecutor(_THREADS), options=_OPTIONS)
    server.add_generic_rpc_handlers((_handler(grpc, provider),))
    try:
        server.add_insecure_port(f"unix:{socket}")
    except RuntimeError as error:
        raise TerraformError(f"no socket can be opened at {socket}: {error}", hint="check TMPDIR") from error
    server.start()
    return server


def _handler(grpc: Any, provider: StubProvider) -> Any:
    class Handler(grpc.GenericRpcHandler):  # type: ignore[misc]
        def service(self, details: Any) -> Any:
            answer = provider.call(details.method.removeprefix(_SERVICE))
            if answer is None or not details.method.startswith(_SERVICE):
                return None

            def call(request: bytes, context: Any) -> bytes:
                try:
                    return answer(parse(request))
                except (WireError, KeyError, ValueError, TypeError) as error:
                    context.abort(grpc.StatusCode.INTERNAL, f"{details.method}: {type(error).__name__}: {error}")
                    raise

            return grpc.unary_unary_rpc_method_handler(call)

    return Handler()


def _reattachment(socket: Path) -> dict[str, Any]:
    address = {"Network": "unix", "String": str(socket)}
    return {"Protocol": "grpc", "ProtocolVersion": 6, "Pid": os.getpid(), "Test": True, "Addr": address}

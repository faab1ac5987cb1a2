"""The web server's part that needs no server."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest
from streamlit.runtime.backend_operation_handler import DeferredFileHandler
from streamlit.runtime.media_file_storage import MediaFileStorageError

from mesodash.ui import server


@pytest.mark.parametrize(
    ("fault", "logged"),
    [(ValueError("what somebody typed"), ["a file was not made: ValueError"]), (PermissionError(), [])],
    ids=["fault", "refused"],
)
def test_the_log_says_what_kind_of_fault_a_file_met_and_never_what_it_holds(
    fault: Exception, logged: list[str], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Files:
        def execute_deferred(self, _: str) -> str:
            raise MediaFileStorageError(f"for {fault}") from fault

    handler_log = logging.getLogger("streamlit.runtime.backend_operation_handler")
    monkeypatch.setattr(handler_log, "filters", [])
    monkeypatch.setattr(handler_log, "propagate", True)
    server.options()
    request = BackendOperationRequest(request_id="1")
    request.deferred_file.file_id = "1"
    making = DeferredFileHandler(Files).handle(request, "session")  # type: ignore[arg-type]
    # In a thread of its own: the browser tests of this process may have an event loop in this one.
    with ThreadPoolExecutor(1) as beside:
        assert beside.submit(asyncio.run, making).result().error_msg
    assert sorted(set(caplog.messages)) == logged
    assert "typed" not in caplog.text

"""Serving the pages on this machine, so that equations can be changed in the browser and run again.

The server answers this machine only, and only pages of its own: a request must name it as its host, and one that runs
something must come from its pages. Files are served from memory, so that no address leads to any other file. Equations
are run in a process of their own, one at a time, which is ended after some seconds.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from typing import Any

from nnmath.site.edited import SECONDS
from nnmath.site.library import Library, read_library
from nnmath.site.mathematics import MathematicsError, displayed

#: Where a page sends an equation; it is written into the pages that are served.
RUN = "/run"
LARGEST = 10_000
_PLACEHOLDER = b'<meta name="nnmath-run" content="">'
_SERVED = _PLACEHOLDER.replace(b'""', f'"{RUN}"'.encode())
_TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "gif": "image/gif",
}


def served(folder: Path, port: int) -> "Server":
    """Return a server for the pages in a folder, of the project that is worked in.

    Raises
    ------
    ValueError
        The port cannot be taken.
    """
    contents = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    try:
        return Server(contents, read_library(Path()), port)
    except OSError as error:
        raise ValueError(f"port {port}: {error.strerror}; choose another with --port") from None


class Server(ThreadingHTTPServer):
    """Serves the pages of a library on this machine; port 0 takes any that is free."""

    daemon_threads = True

    def __init__(self, contents: Mapping[str, bytes], library: Library, port: int = 0) -> None:
        self.contents, self.library, self.running = contents, library, Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    @property
    def address(self) -> str:
        """Return the address of the front page."""
        return f"http://127.0.0.1:{self.server_port}/"

    @property
    def hosts(self) -> tuple[str, str]:
        """Return the names by which this server may be asked."""
        return f"127.0.0.1:{self.server_port}", f"localhost:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Server
    timeout = 30

    def do_GET(self) -> None:
        name = self.path.partition("?")[0].removeprefix("/") or "index.html"
        content, kind = self.server.contents.get(name), _TYPES.get(name.rpartition(".")[2])
        if self.headers.get("Host") not in self.server.hosts:
            self._answer(HTTPStatus.FORBIDDEN, b"another host was asked for", "text/plain")
        elif content is None or kind is None:
            self._answer(HTTPStatus.NOT_FOUND, b"there is no such page", "text/plain")
        else:
            self._answer(HTTPStatus.OK, content.replace(_PLACEHOLDER, _SERVED), kind)

    def do_POST(self) -> None:
        host, length = self.headers.get("Host"), self.headers.get("Content-Length", "")
        own = host in self.server.hosts and self.headers.get("Origin") == f"http://{host}"
        if not own or self.path != RUN or self.headers.get("Content-Type") != "application/json":
            self._answer(HTTPStatus.FORBIDDEN, b"only a page of this server may ask for this", "text/plain")
        elif not length.isdigit() or int(length) > LARGEST:
            self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, b"too large", "text/plain")
        else:
            found = self._run(self.rfile.read(int(length)))
            self._answer(HTTPStatus.OK, json.dumps(found).encode(), "application/json")

    def _run(self, body: bytes) -> dict[str, Any]:
        try:
            request = json.loads(body)
            page, tag, latex = (str(request[name]) for name in ("page", "tag", "latex"))
        except (ValueError, KeyError, TypeError):
            return {"ok": False, "says": "expected the page, the number and the LaTeX of an equation"}
        derivation = self.server.library.get(page)
        if derivation is None:
            return {"ok": False, "says": f"there is no derivation {page!r}"}
        if not self.server.running.acquire(blocking=False):
            return {"ok": False, "says": "another equation is being run; try again when it is done"}
        try:
            return {"html": _formula(latex), **_found(derivation.text, tag, latex)}
        finally:
            self.server.running.release()

    def _answer(self, status: HTTPStatus, content: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of requests."""


def _formula(latex: str) -> str:
    """Return the MathML of an equation; empty if it is not understood, which the verdict then says."""
    try:
        return "".join(displayed(" ".join(latex.split()))[0])
    except MathematicsError:
        return ""


def _found(text: str, tag: str, latex: str) -> dict[str, Any]:
    request = json.dumps({"text": text, "tag": tag, "latex": latex})
    command = [sys.executable, "-m", "nnmath.site.edited"]
    try:
        done = subprocess.run(command, input=request, capture_output=True, text=True, timeout=2 * SECONDS, check=True)
        found: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return {"ok": False, "says": f"This took more than {SECONDS} seconds, or too much memory, and was ended."}
    return found

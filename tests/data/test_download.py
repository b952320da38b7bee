"""Downloads from a server that lies: whole and right, or not there."""

import gzip
import hashlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import pytest

from nnmath.data import download as module
from nnmath.data.download import DownloadError, download

CONTENT = bytes(range(256)) * 40
PACKED = gzip.compress(CONTENT)
SHA256 = hashlib.sha256(CONTENT).hexdigest()
QUICK: dict[str, Any] = {"rounds": 1, "timeout": 0.2, "pause": 0.0}


class Liar(BaseHTTPRequestHandler):
    """Answers as the first part of the address says."""

    def do_GET(self) -> None:
        getattr(self, self.path.split("/")[1])()

    def answer(self, body: Any, length: Any = None, status: Any = 200) -> None:
        self.send_response(status)
        if length is not False:
            self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def honest(self) -> None:
        self.answer(PACKED)

    def without_length(self) -> None:
        self.answer(PACKED, length=False)

    def packed_otherwise(self) -> None:
        self.answer(gzip.compress(CONTENT, 1))

    def truncates(self) -> None:
        self.answer(PACKED[:-20], length=len(PACKED))

    def truncates_and_says_so(self) -> None:
        self.answer(PACKED[:-20])

    def wrong_bytes(self) -> None:
        self.answer(gzip.compress(CONTENT[:-1]))

    def wrong_bits(self) -> None:
        self.answer(PACKED[:40] + bytes(20) + PACKED[60:])

    def no_gzip(self) -> None:
        self.answer(b"<html>Please log in to the network of this hotel.</html>")

    def nothing(self) -> None:
        self.answer(b"")

    def missing(self) -> None:
        self.answer(b"no such file", status=404)

    def broken(self) -> None:
        self.answer(b"try later", status=503)

    def drops(self) -> None:
        self.answer(PACKED[:50], length=len(PACKED))
        self.connection.shutdown(socket.SHUT_RDWR)

    def hangs_up(self) -> None:
        self.connection.shutdown(socket.SHUT_RDWR)

    def gibberish(self) -> None:
        self.wfile.write(b"\x00\x01 what is HTTP?\r\n\r\n")

    def slow_headers(self) -> None:
        """Never ends its headers, a byte at a time, so that no wait for a byte is long."""
        self.wfile.write(b"HTTP/1.0 200 OK\r\nX-Slow: ")
        while not cast(Server, self.server).released.wait(0.01):
            self.wfile.write(b"x")
            self.wfile.flush()

    def stalls(self) -> None:
        self.answer(PACKED[:50], length=len(PACKED))
        cast(Server, self.server).released.wait()

    def trickles(self) -> None:
        self.answer(PACKED[:1], length=len(PACKED))
        for byte in PACKED[1:]:
            if cast(Server, self.server).released.wait(0.02):
                return
            self.wfile.write(bytes([byte]))
            self.wfile.flush()

    def never_ends(self) -> None:
        self.send_response(200)
        self.end_headers()
        while True:
            self.wfile.write(bytes(2**16))

    def bomb(self) -> None:
        self.answer(gzip.compress(bytes(2**22)))

    def log_message(self, *_: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    released: threading.Event

    def handle_error(self, *_: Any) -> None:
        """A client that goes away is what is tested here."""


@contextmanager
def serving() -> Iterator[Any]:
    with Server(("127.0.0.1", 0), Liar) as server:
        server.released = threading.Event()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.released.set()
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def address() -> Iterator[Any]:
    with serving() as found:
        yield found


def names(folder: Any) -> Any:
    return [path.name for path in folder.iterdir()]


@pytest.mark.parametrize("kind", ["honest", "without_length", "packed_otherwise"])
def test_the_right_content_is_kept_however_it_is_packed(tmp_path: Path, address: Any, kind: Any) -> None:
    path = download("file.gz", SHA256, tmp_path / "new" / "folder", [f"{address}{kind}/"], **QUICK)
    assert gzip.decompress(path.read_bytes()) == CONTENT
    assert names(path.parent) == ["file.gz"]


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("truncates", "broke off after [0-9,]+ of [0-9,]+ bytes"),
        ("truncates_and_says_so", "ended before the end-of-stream marker"),
        ("wrong_bytes", "expected content with the sha256"),
        ("wrong_bits", "sha256|decompressing|CRC"),
        ("no_gzip", "expected content with the sha256"),
        ("nothing", "expected content with the sha256"),
        ("missing", "404"),
        ("broken", "503"),
        ("drops", "broke off after"),
        ("hangs_up", "closed connection without response"),
        ("gibberish", "what is HTTP|BadStatusLine"),
        ("stalls", "timed out"),
    ],
)
def test_a_lie_is_told_and_leaves_nothing(tmp_path: Path, address: Any, kind: Any, message: Any) -> None:
    with pytest.raises(DownloadError, match=rf"{kind}/file\.gz: .*({message})"):
        download("file.gz", SHA256, tmp_path, [f"{address}{kind}/"], **QUICK)
    assert names(tmp_path) == []


def test_a_trickle_is_given_up(tmp_path: Path, address: Any) -> None:
    with pytest.raises(DownloadError, match=r"in 0\.1 s, which is too slow"):
        download("file.gz", SHA256, tmp_path, [f"{address}trickles/"], longest=0.1, **QUICK)
    assert names(tmp_path) == []


def test_slow_headers_are_given_up(tmp_path: Path, address: Any) -> None:
    with pytest.raises(DownloadError, match=r"not whole after .* s, which is too slow"):
        download("file.gz", SHA256, tmp_path, [f"{address}slow_headers/"], longest=0.1, **QUICK)
    assert names(tmp_path) == []


def test_what_killed_runs_have_left_is_removed(tmp_path: Path, address: Any) -> None:
    left = tmp_path / ".downloading-abc"
    left.mkdir()
    (left / "file.gz").write_bytes(b"half")
    download("file.gz", SHA256, tmp_path, [f"{address}honest/"], **QUICK)
    assert names(tmp_path) == ["file.gz"]


@pytest.mark.parametrize(("kind", "message"), [("never_ends", "more than 1,048,576 bytes"), ("bomb", "sha256")])
def test_neither_disk_nor_time_is_spent_on_what_is_too_large(
    tmp_path: Path, address: Any, monkeypatch: pytest.MonkeyPatch, kind: Any, message: Any
) -> None:
    monkeypatch.setattr(module, "LARGEST", 2**20)
    with pytest.raises(DownloadError, match=message):
        download("file.gz", SHA256, tmp_path, [f"{address}{kind}/"], **QUICK)
    assert names(tmp_path) == []


def test_another_mirror_helps(tmp_path: Path, address: Any) -> None:
    mirrors = [f"{address}{kind}/" for kind in ("missing", "truncates", "honest")]
    assert download("file.gz", SHA256, tmp_path, mirrors, **QUICK).exists()


def test_each_mirror_gets_several_chances_with_pauses_between(
    tmp_path: Path, address: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    chances = iter(["broken", "drops", "honest"])
    monkeypatch.setattr("nnmath.data.download.time.sleep", pauses.append)
    monkeypatch.setattr(Liar, "moody", lambda self: getattr(self, next(chances))(), raising=False)
    assert download("file.gz", SHA256, tmp_path, [f"{address}moody/"], timeout=5, pause=2).exists()
    assert pauses == [2, 4]


def test_a_server_that_is_not_there_is_told(tmp_path: Path) -> None:
    with serving() as gone:
        pass
    with pytest.raises(DownloadError, match="refused"):
        download("file.gz", SHA256, tmp_path, [f"{gone}honest/"], **QUICK)


def test_an_older_file_stays_until_the_new_one_is_right(tmp_path: Path, address: Any) -> None:
    (tmp_path / "file.gz").write_bytes(b"older")
    with pytest.raises(DownloadError):
        download("file.gz", SHA256, tmp_path, [f"{address}truncates/"], **QUICK)
    assert (tmp_path / "file.gz").read_bytes() == b"older"
    download("file.gz", SHA256, tmp_path, [f"{address}honest/"], **QUICK)
    assert (tmp_path / "file.gz").read_bytes() == PACKED


def test_an_interruption_leaves_nothing(tmp_path: Path, address: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "content_sha256", interrupted)
    with pytest.raises(KeyboardInterrupt):
        download("file.gz", SHA256, tmp_path, [f"{address}honest/"], **QUICK)
    assert names(tmp_path) == []

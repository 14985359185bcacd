"""A list comes from the places that the department named, and an address leads nowhere else."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path

import pytest

from workbench.errors import HotListError
from workbench.hotlists.lists.fetching import check_address, fetched
from workbench.hotlists.lists.sources import ListSources

LOCAL = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


@pytest.fixture
def sources(tmp_path: Path) -> ListSources:
    folder = tmp_path / "lists"
    folder.mkdir()
    return ListSources(
        schemes=frozenset({"file", "http", "https", "sftp"}),
        hosts=frozenset(
            {"lists.example.gov", "127.0.0.1", "localhost", "2130706433", "0177.0.0.1"}
        ),
        networks=(),
        folders=(folder,),
    )


@pytest.mark.parametrize(
    "address",
    [
        "https://elsewhere.example.gov/svs.csv",
        "https://lists.example.gov.evil.example/svs.csv",
        "https://lists.example.gov@evil.example/svs.csv",
        "https://u:plum-violin@lists.example.gov/svs.csv",
        "sftp://u:plum-violin@lists.example.gov/svs.csv",
        "https://u@lists.example.gov/svs.csv",
        "ftp://lists.example.gov/svs.csv",
        "memory://svs.csv",
        "data:text/csv,plate",
        "zip://svs.csv::https://lists.example.gov/svs.zip",
        "simplecache::https://lists.example.gov/svs.csv",
        "filecache::file:///etc/passwd",
        "github://org:repo@main/svs.csv",
        "http:lists.example.gov/svs.csv",
        "https://127.0.0.1/svs.csv",
        "https://lists.example.gov/svs\r\n.csv",
        "https://lists.example.gov/\u202esvs.csv",
        "https://[::1/svs.csv",
        "https://lists.example.gov:99999/svs.csv",
        "/etc/passwd",
        "file:///etc/passwd",
        "../../etc/passwd",
    ],
)
def test_an_address_that_was_not_named_is_refused_before_anything_is_asked(sources, address):
    with pytest.raises(HotListError) as refused:
        check_address(address, sources)
    assert "plum-violin" not in str(refused.value)
    assert "plum-violin" not in str(refused.value.as_dict())


def test_an_address_that_was_named_is_taken(sources):
    for address in ("https://lists.example.gov/svs.csv", "sftp://u@lists.example.gov/svs.csv"):
        check_address(address, sources)
    check_address(f"{sources.folders[0]}/svs.csv", sources)


def content_of(address: str, sources: ListSources) -> bytes:
    with fetched(address, most_bytes=10**6, sources=sources) as found:
        return found.file.read()


def test_links_and_dots_lead_out_of_no_folder(sources, tmp_path):
    (folder,) = sources.folders
    (tmp_path / "secret.csv").write_bytes(b"plate\n")
    (folder / "own.csv").write_bytes(b"plate\n7ABC123\n")
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    (folder / "out").symlink_to(tmp_path, target_is_directory=True)
    assert content_of(f"{folder}/own.csv", sources) == b"plate\n7ABC123\n"
    for address in ("link.csv", "li*.csv", "../secret.csv", "out/secret.csv", "out/sec*.csv"):
        with pytest.raises(HotListError, match="outside the folders"):
            content_of(f"{folder}/{address}", sources)


@pytest.fixture
def numbers(monkeypatch):
    """Let names stand for given numbers; the resolver is the network's, not ours."""

    def stand_for(*given: str) -> None:
        def found(_host, port, *_args, **_kwargs):
            kind = socket.SOCK_STREAM
            return [
                (socket.AF_INET6 if ":" in n else socket.AF_INET, kind, 6, "", (n, port))
                for n in given
            ]

        monkeypatch.setattr(socket, "getaddrinfo", found)

    return stand_for


@pytest.mark.parametrize(
    "number",
    ["10.0.0.1", "127.0.0.1", "169.254.169.254", "fe80::1", "::1", "::ffff:127.0.0.1", "fd00::1",
     "64:ff9b::a9fe:a9fe", "0.0.0.0"],  # noqa: S104 - it is refused
)  # fmt: skip
def test_a_name_that_leads_inside_is_refused_when_it_is_looked_up(sources, numbers, number):
    numbers(number)
    with pytest.raises(HotListError, match="leads into a network"):
        sources.numbers_of("lists.example.gov", 443)
    numbers("93.184.215.14", number)
    with pytest.raises(HotListError, match="leads into a network"):
        sources.connection_to("sftp://lists.example.gov/svs.csv")


def test_the_departments_network_has_to_be_named_and_metadata_never_is(sources, numbers):
    inside = replace(sources, networks=(ip_network("10.0.0.0/8"), ip_network("169.254.0.0/16")))
    numbers("10.1.2.3")
    assert [str(one) for one in inside.numbers_of("lists.example.gov", 22)] == ["10.1.2.3"]
    for other in ("192.168.1.1", "169.254.169.254"):
        numbers(other)
        with pytest.raises(HotListError):
            inside.numbers_of("lists.example.gov", 22)


class _Web(BaseHTTPRequestHandler):
    """Serves one list, and leads elsewhere."""

    asked: list[str]
    leads_to = ""

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path.startswith("/redirect"):
            self.send_response(302)
            self.send_header("Location", self.leads_to)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Length", "6")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(b"plate\n")

    do_HEAD = do_GET  # noqa: N815 - the name is http.server's

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def web() -> Iterator[tuple[int, type[_Web]]]:
    handler = type("_OneWeb", (_Web,), {"asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port, handler
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.mark.parametrize("host", ["localhost", "2130706433", "0177.0.0.1", "127.0.0.1"])
def test_this_machine_is_reached_by_no_spelling_unless_it_was_named(sources, web, host):
    port, handler = web
    address = f"http://{host}:{port}/svs.csv"
    with pytest.raises(HotListError):
        content_of(address, sources)
    assert handler.asked == []
    if host in {"localhost", "127.0.0.1"}:
        assert content_of(address, replace(sources, networks=LOCAL)) == b"plate\n"


@pytest.mark.parametrize(
    "leads_to",
    ["http://elsewhere.example.gov/svs.csv", "http://169.254.169.254/latest/meta-data",
     "file:///etc/passwd", "http://0.0.0.0/svs.csv"],
)  # fmt: skip
def test_a_redirect_to_where_no_list_comes_from_is_not_followed(sources, web, leads_to):
    port, handler = web
    handler.leads_to = leads_to
    with pytest.raises(HotListError):
        content_of(f"http://127.0.0.1:{port}/redirect", replace(sources, networks=LOCAL))
    assert set(handler.asked) == {"/redirect"}


def test_a_redirect_within_what_was_named_is_followed(sources, web):
    port, handler = web
    handler.leads_to = f"http://127.0.0.1:{port}/svs.csv"
    inside = replace(sources, networks=LOCAL)
    assert content_of(f"http://127.0.0.1:{port}/redirect", inside) == b"plate\n"

"""Files from folders, HTTP and SFTP: whole or not at all, and nothing secret is told."""

from __future__ import annotations

import socket
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path

import paramiko
import pytest

from tests.broken_wire import broken_wire
from workbench.errors import HotListError, ListFileError
from workbench.hotlists.lists.fetching import check_address, fetched, shown_address
from workbench.hotlists.lists.load import LoadState
from workbench.hotlists.lists.sources import ListSources

LIST = b"plate\n" + b"".join(b"7A%05d\n" % n for n in range(20_000))
MOST = 10**7
HERE = ListSources(
    schemes=frozenset({"file", "http", "https", "memory", "s3", "sftp", "ssh"}),
    hosts=frozenset({"127.0.0.1", "h"}),
    networks=(ip_network("127.0.0.0/8"),),
    folders=(Path(tempfile.gettempdir()),),
)


def content_of(address: object, most_bytes: int = MOST) -> tuple[str, bytes]:
    with fetched(str(address), most_bytes=most_bytes, sources=HERE) as found:
        content = found.file.read()
        assert found.size_bytes == len(content)
        return found.name, content


def test_a_file_of_a_folder_comes_whole_and_a_folder_means_its_last_name(tmp_path):
    for name in ("svs-20261101.csv", "svs-20261102.csv", "other.txt"):
        (tmp_path / name).write_bytes(LIST + name.encode())
    assert content_of(tmp_path / "other.txt") == ("other.txt", LIST + b"other.txt")
    assert content_of(f"file://{tmp_path}/other.txt")[0] == "other.txt"
    assert content_of(tmp_path / "svs-*.csv")[0] == "svs-20261102.csv"
    assert content_of(f"{tmp_path}/")[0] == "svs-20261102.csv"


@pytest.mark.parametrize("name", ["none.csv", "none-*.csv", "none/"])
def test_what_is_not_there_is_no_list(tmp_path, name):
    with pytest.raises(ListFileError):
        content_of(f"{tmp_path}/{name}")


def test_an_empty_folder_is_no_list(tmp_path):
    with pytest.raises(ListFileError, match="no file"):
        content_of(f"{tmp_path}/")


@pytest.mark.parametrize(("more", "taken"), [(-1, False), (0, True), (1, True)])
def test_a_file_has_a_largest_size(tmp_path, more, taken):
    file = tmp_path / "list.csv"
    file.write_bytes(LIST)
    if taken:
        assert content_of(file, len(LIST) + more)[1] == LIST
    else:
        with pytest.raises(ListFileError, match="too large"):
            content_of(file, len(LIST) + more)


def test_a_file_that_grows_while_it_is_fetched_is_not_taken(tmp_path, monkeypatch):
    from workbench.hotlists.lists import fetching

    file = tmp_path / "list.csv"
    file.write_bytes(LIST)
    copy = fetching._copied

    def slow(*arguments):
        done = copy(*arguments)
        file.write_bytes(LIST + b"8XYZ789\n")
        return done

    monkeypatch.setattr(fetching, "_copied", slow)
    with pytest.raises(ListFileError, match="in part, or was being written"):
        content_of(file)


class _Lists(BaseHTTPRequestHandler):
    """Serves a list whole, cut off, or not at all."""

    def do_GET(self) -> None:
        if self.path.startswith("/none"):
            self.send_error(404)
            return
        if self.path.startswith("/secret"):
            self.send_error(403)
            return
        content = LIST[:100] if self.path.startswith("/cut") else LIST
        self.send_response(200)
        self.send_header("Content-Length", str(len(LIST)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(content)
            self.close_connection = True

    do_HEAD = do_GET  # noqa: N815 - the library's name

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def http() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Lists)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_list_comes_by_http(http):
    assert content_of(f"{http}/svs.csv") == ("svs.csv", LIST)


@pytest.mark.parametrize("path", ["cut.csv", "none.csv", "secret.csv?sig=very-secret"])
def test_a_list_that_http_cuts_off_or_refuses_is_not_taken(http, path):
    with pytest.raises(ListFileError) as refused:
        content_of(f"{http}/{path}")
    assert "very-secret" not in str(refused.value)


def test_a_host_that_does_not_answer_is_no_list():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(ListFileError, match="cannot be fetched"):
        content_of(f"http://127.0.0.1:{port}/svs.csv")


class _Door(paramiko.ServerInterface):
    """Lets one user in by password."""

    def check_auth_password(self, username: str, password: str) -> int:
        right = (username, password) == ("lists", "very-secret")
        return paramiko.AUTH_SUCCESSFUL if right else paramiko.AUTH_FAILED

    def check_channel_request(self, *_: object) -> int:
        return paramiko.OPEN_SUCCEEDED


class _Folder(paramiko.SFTPServerInterface):
    """Serves the files of a folder."""

    root = Path()

    def list_folder(self, path: str):
        return [
            paramiko.SFTPAttributes.from_stat(file.stat(), file.name)
            for file in (self.root / path.lstrip("/")).iterdir()
        ]

    def stat(self, path: str):
        try:
            return paramiko.SFTPAttributes.from_stat((self.root / path.lstrip("/")).stat())
        except FileNotFoundError:
            return paramiko.SFTP_NO_SUCH_FILE

    lstat = stat

    def open(self, path: str, flags: int, _: object):
        handle = paramiko.SFTPHandle(flags)
        handle.readfile = (self.root / path.lstrip("/")).open("rb")
        return handle


@pytest.fixture
def sftp(tmp_path, monkeypatch) -> Iterator[tuple[str, Path, Path]]:
    """Serve a folder; return the address, the folder, and the file of known hosts."""
    import fsspec.config

    folder, home = tmp_path / "served", tmp_path / "home"
    folder.mkdir()
    (home / ".ssh").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setitem(fsspec.config.conf, "sftp", {"password": "very-secret"})
    key = paramiko.RSAKey.generate(2048)
    root = type("_Served", (_Folder,), {"root": folder})
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    transports: list[paramiko.Transport] = []

    def serve() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            transport = paramiko.Transport(client)
            transports.append(transport)
            transport.add_server_key(key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, root)
            try:
                transport.start_server(server=_Door())
            except (paramiko.SSHException, EOFError):
                continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    known = home / ".ssh" / "known_hosts"
    known.write_text(f"[127.0.0.1]:{port} {key.get_name()} {key.get_base64()}\n")
    yield f"sftp://lists@127.0.0.1:{port}", folder, known
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    for transport in transports:
        transport.close()
    thread.join(5)


def test_a_list_comes_by_sftp_from_a_host_that_is_known(sftp):
    address, folder, _ = sftp
    (folder / "svs-1.csv").write_bytes(b"old")
    (folder / "svs-2.csv").write_bytes(LIST)
    assert content_of(f"{address}/svs-2.csv") == ("svs-2.csv", LIST)
    assert content_of(f"{address}/svs-*.csv") == ("svs-2.csv", LIST)
    with pytest.raises(ListFileError, match="FileNotFoundError"):
        content_of(f"{address}/none.csv")


@pytest.mark.parametrize("silent", [False, True], ids=["hangs up", "says nothing more"])
def test_a_list_that_sftp_cuts_off_leaves_the_one_before_in_force(
    sftp, desk, in_force, logged, monkeypatch, silent
):
    from workbench.hotlists.lists import fetching

    monkeypatch.setattr(fetching, "_SILENCE_S", 1.0)
    address, folder, known = sftp
    (folder / "svs.csv").write_bytes(LIST)
    code = desk.list_at(address=f"{address}/svs.csv")
    assert desk.load(code).state is LoadState.IN_FORCE
    port = int(address.rpartition(":")[2])
    with broken_wire(port, after=len(LIST) // 2, silent=silent) as wire:
        known.write_text(known.read_text().replace(f":{port} ", f":{wire} "))
        desk.parts.lists.change(
            desk.admin,
            replace(
                desk.parts.lists.of(code).list, address=f"sftp://lists@127.0.0.1:{wire}/svs.csv"
            ),
            reason="For a test",
        )
        load = desk.load(code)
    assert load.state is LoadState.FAILED
    assert "cannot be fetched" in load.problem
    assert len(in_force(code)) == 20_000
    assert logged("hot_list:load", code)["outcome"] == "failed"


def test_a_host_that_is_not_known_gets_no_password(sftp):
    address, folder, known = sftp
    (folder / "svs.csv").write_bytes(LIST)
    known.write_text("")
    with pytest.raises(ListFileError, match="SSHException") as refused:
        content_of(f"{address}/svs.csv")
    assert "very-secret" not in str(refused.value)


@pytest.mark.parametrize(
    "address", ["sftp://lists:very-secret@h/x", "https://u:very-secret@h/x", "gopher://h/x", " "]
)
def test_an_address_with_a_password_or_out_of_reach_is_refused(address):
    with pytest.raises(HotListError) as refused:
        check_address(address, HERE)
    assert "very-secret" not in str(refused.value)


def test_what_is_shown_of_an_address_is_not_secret():
    shown = shown_address("https://user:very-secret@h/svs.csv?sig=very-secret#very-secret")
    assert shown == "https://h/svs.csv"
    assert shown_address("/var/lists/svs.csv") == "/var/lists/svs.csv"


@pytest.mark.parametrize("scheme", ["http", "https", "sftp", "ssh", "s3", "file", "memory"])
def test_these_kinds_of_address_can_be_used(scheme):
    where = tempfile.gettempdir() if scheme == "file" else "h"
    check_address(f"{scheme}://{where}/x", HERE)

"""Lists from S3, fetched from a server that speaks its protocol: whole or not at all."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import boto3
import pytest
from moto.server import ThreadedMotoServer

from tests.broken_wire import broken_wire
from tests.hot_lists import csv_text, plates
from workbench.errors import ListFileError
from workbench.hotlists.lists.fetching import fetched
from workbench.hotlists.lists.load import LoadState
from workbench.hotlists.lists.sources import ListSources

LIST = csv_text(plates(20_000)).encode()
MOST = 10**7
SOURCES = ListSources(
    schemes=frozenset({"s3"}),
    hosts=frozenset({"hot-lists", "no-such-bucket"}),
    networks=(),
    folders=(),
)
REGION = "us-west-2"
SECRET = "very-secret"


@pytest.fixture(scope="module")
def server() -> Iterator[ThreadedMotoServer]:
    started = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    started.start()
    yield started
    started.stop()


@pytest.fixture
def port(server) -> int:
    return int(server.get_host_and_port()[1])


@pytest.fixture
def bucket(port, monkeypatch, tmp_path) -> Iterator[str]:
    """Return a bucket with two files of a list; whoever fetches finds keys and address set."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "lists")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{port}")
    client = boto3.client("s3")
    where = {"LocationConstraint": REGION}
    client.create_bucket(Bucket="hot-lists", CreateBucketConfiguration=where)
    client.put_object(Bucket="hot-lists", Key="svs/svs-20261101.csv", Body=b"plate\nOLD123\n")
    client.put_object(Bucket="hot-lists", Key="svs/svs-20261102.csv", Body=LIST)
    yield "hot-lists"
    for key in ("svs/svs-20261101.csv", "svs/svs-20261102.csv"):
        client.delete_object(Bucket="hot-lists", Key=key)
    client.delete_bucket(Bucket="hot-lists")
    client.close()


@pytest.mark.parametrize("path", ["svs/svs-20261102.csv", "svs/svs-*.csv", "svs/"])
def test_a_list_comes_from_s3_and_a_folder_means_its_last_name(bucket, path):
    with fetched(f"s3://{bucket}/{path}", most_bytes=MOST, sources=SOURCES) as found:
        assert (found.name, found.file.read()) == ("svs-20261102.csv", LIST)


@pytest.mark.parametrize("path", ["svs/none.csv", "svs/none-*.csv", "none/"])
def test_what_is_not_in_the_bucket_is_no_list(bucket, path):
    with (
        pytest.raises(ListFileError) as refused,
        fetched(f"s3://{bucket}/{path}", most_bytes=MOST, sources=SOURCES),
    ):
        pass
    assert SECRET not in str(refused.value)


def test_a_bucket_that_is_not_there_is_no_list(bucket):
    with (
        pytest.raises(ListFileError, match="cannot be fetched"),
        fetched("s3://no-such-bucket/svs.csv", most_bytes=MOST, sources=SOURCES),
    ):
        pass


@pytest.mark.parametrize(("more", "taken"), [(-1, False), (0, True), (1, True)])
def test_a_file_of_s3_has_a_largest_size(bucket, more, taken):
    address, most = f"s3://{bucket}/svs/svs-20261102.csv", len(LIST) + more
    if taken:
        with fetched(address, most_bytes=most, sources=SOURCES) as found:
            assert found.size_bytes == len(LIST)
    else:
        with (
            pytest.raises(ListFileError, match="too large"),
            fetched(address, most_bytes=most, sources=SOURCES),
        ):
            pass


def test_a_list_that_s3_cuts_off_leaves_the_one_before_in_force(
    bucket, port, desk, in_force, logged, monkeypatch
):
    code = desk.list_at(address=f"s3://{bucket}/svs/svs-20261102.csv")
    assert desk.load(code).state is LoadState.IN_FORCE
    with broken_wire(port, after=len(LIST) // 2) as wire:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{wire}")
        load = desk.load(code)
    assert load.state is LoadState.FAILED
    assert "cannot be fetched" in load.problem
    assert SECRET not in load.problem
    assert len(in_force(code)) == 20_000
    assert logged("hot_list:load", code)["outcome"] == "failed"


def test_a_store_that_nobody_answers_for_leaves_the_list_before_in_force(
    bucket, desk, in_force, monkeypatch
):
    code = desk.list_at(address=f"s3://{bucket}/svs/svs-20261102.csv")
    desk.load(code)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = free.getsockname()[1]
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{nobody}")
    assert desk.load(code).state is LoadState.FAILED
    assert len(in_force(code)) == 20_000

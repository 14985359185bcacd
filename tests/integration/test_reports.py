"""The quarterly audit on a real log: counted right, self-contained, private, and itself logged."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from sqlalchemy import text
from typer.testing import CliRunner

from tests.conftest import FixedClock
from tests.people import made_actor
from tests.service import open_service
from workbench.cli import SUBJECTS
from workbench.cli.report import app
from workbench.domain.clock import system_clock
from workbench.domain.criteria import CanvassCriteria, SearchCriteria
from workbench.domain.pattern import parse_pattern
from workbench.domain.person import Channel, Origin, Role
from workbench.domain.place import Circle, Point
from workbench.errors import ApprovalNeededError, DeniedError, ReportError
from workbench.reports.catalogue import find_report
from workbench.reports.execution import execute_notebook
from workbench.reports.gathering import Gathering
from workbench.reports.quarterly_audit import gather_quarterly_audit
from workbench.reports.runner import NOTICE, make_report
from workbench.runtime import Runtime, build_runtime

QUARTER = "1996Q2"  # no other test lives then
HOSTILE = "<script>alert(1)</script><img src=http://127.0.0.1/x.png>"
JOB = Origin(channel=Channel.JOB, address="test")
REPORT = find_report("quarterly-audit")


@pytest.fixture(scope="module")
def runtime(settings, policy, database) -> Runtime:
    """A quarter of casework: 12 queries of two people, one refused, two that waited."""
    clock = FixedClock(datetime(1996, 5, 10, 16, tzinfo=UTC))  # 9 in the morning
    runtime = build_runtime(settings, policy, database, clock=clock)
    ann, bob = (trained(Role.ANALYST, name) for name in ("q.ann", "q.bob"))
    for number in range(10):
        inquiry = runtime.inquiries.open(
            ann if number % 2 else bob,
            purpose="active_warrant" if number % 5 == 0 else "active_investigation",
            reason=HOSTILE if number == 3 else f"Made-up reason number {number}",
            case_number=f"96-{number:06d}" if number < 7 else None,
        )
        actor = ann if number % 2 else bob
        runtime.door.search(actor, inquiry.id, SearchCriteria(plate=parse_pattern("NONE99")))
        clock.move(hours=1)
    scene = Circle(Point(-121.28, 38.75), 100)
    canvass = CanvassCriteria(
        scene=scene, at=clock(), before=timedelta(minutes=1), after=timedelta(0)
    )
    for _ in range(2):
        runtime.door.canvass(ann, open_inquiry(runtime, ann).id, canvass)
    refused(runtime, trained(Role.AUDITOR, "q.carl"))
    waited(runtime, ann)
    clock.at = datetime(1996, 7, 2, 16, tzinfo=UTC)
    runtime.door.search(  # the next quarter
        ann, open_inquiry(runtime, ann).id, SearchCriteria(plate=parse_pattern("NONE99"))
    )
    return runtime


def trained(role: Role, username: str):
    actor = made_actor(role, username=username)
    training = tuple(
        replace(t, completed_at=datetime(1996, 1, 1, tzinfo=UTC)) for t in actor.person.training
    )
    return replace(actor, person=replace(actor.person, training=training))


def open_inquiry(runtime: Runtime, actor):
    return runtime.inquiries.open(
        actor, purpose="canvass", reason="Made-up reason of a canvass", case_number="96-000099"
    )


def refused(runtime: Runtime, actor) -> None:
    with pytest.raises(DeniedError):
        open_inquiry(runtime, actor)


def waited(runtime: Runtime, actor) -> None:
    boss = trained(Role.SUPERVISOR, "q.boss")
    asked = [
        runtime.inquiries.open(actor, purpose="other", reason=f"Made-up study number {number}")
        for number in range(3)
    ]
    with pytest.raises(ApprovalNeededError):
        runtime.door.detection(actor, asked[0].id, 1)
    runtime.inquiries.approve(boss, asked[1].id, note="The council asked for it")
    runtime.inquiries.refuse(boss, asked[2].id, note="No purpose of the department")


@pytest.fixture(scope="module")
def material(runtime):
    record = runtime.audit.read(1)
    gathering = Gathering(runtime, None, JOB, record)
    return gather_quarterly_audit(gathering, REPORT.checked({"quarter": QUARTER, "seed": 7}))


def logged(runtime: Runtime, kind: str, access_id: int | None = None) -> list[dict]:
    sql = "SELECT * FROM audit_record WHERE kind = :kind AND (access_id = :id OR :id IS NULL)"
    with runtime.database.owner.connect() as connection:
        rows = connection.execute(text(f"{sql} ORDER BY seq").bindparams(kind=kind, id=access_id))
        return [dict(row) for row in rows.mappings()]


def test_queries_of_the_quarter_are_counted_by_kind_person_and_purpose(material):
    population = material["population"].set_index("kind")["accesses"]
    people = material["by_person"].set_index("username")["accesses"]
    purposes = material["by_purpose"].set_index("purpose")["accesses"]
    assert population.to_dict() == {"detection:canvass": 2, "detection:search": 10}
    assert people.to_dict() == {"q.ann": 7, "q.bob": 5}
    assert purposes.to_dict() == {"active_investigation": 8, "active_warrant": 2, "canvass": 2}


def test_hours_are_the_departments(material):
    hours = material["by_hour"].set_index("hour")["accesses"]
    assert hours.sum() == 12
    assert hours[9:19].tolist() == [1] * 10
    assert hours[19] == 2


def test_queries_without_a_case_are_listed(material):
    listed = material["without_case_number"]["reason"].tolist()
    assert listed == [f"Made-up reason number {number}" for number in (7, 8, 9)]


def test_the_sample_is_all_when_there_are_fewer_and_has_the_reasons(material, policy):
    sample = material["sample"]
    assert len(sample) == 12 < policy.audits.sample_size.value
    assert HOSTILE in sample["reason"].tolist()
    assert sample["asked_for"].iloc[0] == "search: plate NONE99; at most 1000 rows"
    assert str(sample["at"].dt.tz) == "America/Los_Angeles"
    assert "12 of 12 queries" in material.facts["Sample"]
    assert "'7:access id'" in material.facts["Sample"]


def test_refusals_and_approvals_are_told(material):
    refused_rows = material["refused"].to_dict("records")
    assert [row["username"] for row in refused_rows] == ["q.carl", "q.ann"]
    assert refused_rows[0]["wanted"] == "inquiries:open"
    assert "needs approval" in refused_rows[1]["why"]
    approvals = material["approvals"]
    assert approvals["decision"].tolist() == ["still waits", "approved", "refused"]
    assert approvals["decided_by"].fillna("").tolist() == ["", "q.boss", "q.boss"]


def test_a_quarter_without_queries_has_the_same_columns(runtime, material):
    gathering = Gathering(runtime, None, JOB, runtime.audit.read(1))
    empty = gather_quarterly_audit(gathering, REPORT.checked({"quarter": "1995Q1", "seed": 7}))
    for name, frame in material.frames.items():
        assert list(empty[name].columns) == list(frame.columns)
        if name not in {"chain", "by_hour"}:
            assert empty[name].empty
            assert empty[name].dtypes.equals(frame.dtypes), name


def test_without_a_seed_the_head_of_the_log_is_the_seed(runtime):
    gathering = Gathering(runtime, None, JOB, runtime.audit.read(1))
    made = gather_quarterly_audit(gathering, REPORT.checked({"quarter": QUARTER}))
    head = made["chain"].set_index("what")["value"]["Head"]
    assert int(made.facts["Seed"]) == int(head[:12], 16)


def test_an_auditor_makes_the_report_and_the_log_has_its_hash(runtime, settings):
    auditor = trained(Role.AUDITOR, "q.auditor")
    made = make_report(runtime, REPORT, {"quarter": QUARTER}, actor=auditor, origin=JOB)
    page = made.file.read_bytes()
    (outcome,) = logged(runtime, "report:outcome", made.access_id)
    assert made.sha256 == hashlib.sha256(page).hexdigest() == outcome["details"]["sha256"]
    assert (outcome["outcome"], outcome["username"]) == ("done", "q.auditor")
    assert outcome["details"]["facts"]["Seed"] == made.facts["Seed"]
    started = runtime.audit.read(made.access_id)
    assert started.details["parameters"] == {"quarter": QUARTER, "seed": None}
    assert (made.file.stat().st_mode & 0o777, made.file.parent.stat().st_mode & 0o777) == (
        0o600,
        0o700,
    )
    assert made.file.parent == settings.home / "reports"
    assert [path.name for path in made.file.parent.iterdir() if path.is_dir()] == []
    check_page(page.decode(), made.access_id)


class Tags(HTMLParser):
    """The tags of a page, and the addresses that it would fetch or lead to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.addresses: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href", "data"}]


def check_page(page: str, access_id: int) -> None:
    body = page.partition("<body>")[2]
    assert NOTICE in body
    first_table, second_table = body.split("</table>")[:2]
    assert f"<td>{access_id}</td>" in first_table
    assert "1996-04-01 00:00 to 1996-07-01 00:00 America/Los_Angeles" in first_table
    assert "alpr-workbench 0" in first_table
    assert "&lt;script&gt;alert(1)" in body
    tags = Tags(page)
    assert "script" not in tags.names
    assert [a for a in tags.addresses if not a.startswith(("data:image/png;base64,", "#"))] == []
    assert "@import" not in page
    assert "url(" not in page
    assert body.count('src="data:image/png;base64,') == body.count('alt="Bars: ') == 1
    assert "still waits" in body
    assert "whole" in second_table


@pytest.mark.parametrize("role", [Role.ANALYST, Role.OFFICER, Role.SUPERVISOR])
def test_who_may_not_run_reports_gets_none_and_nothing_is_read(runtime, role):
    before = len(logged(runtime, "report:run")), len(logged(runtime, "audit:read"))
    with pytest.raises(DeniedError):
        make_report(runtime, REPORT, {"quarter": QUARTER}, actor=trained(role, "q.ann"), origin=JOB)
    assert (len(logged(runtime, "report:run")), len(logged(runtime, "audit:read"))) == before


@pytest.mark.parametrize(("after", "refused"), [(-1, True), (0, False), (1, False)])
def test_a_report_on_a_quarter_that_has_not_begun_is_refused(
    settings, policy, database, after, refused
):
    begins = datetime(2031, 4, 1, 7, tzinfo=UTC)  # midnight in California
    clock = FixedClock(begins + after * timedelta(microseconds=1))
    runtime = build_runtime(settings, policy, database, clock=clock)
    before = len(logged(runtime, "report:run"))
    failing = replace(REPORT, notebook="no-such-notebook.ipynb")
    with pytest.raises(ReportError if refused else FileNotFoundError) as stopped:
        make_report(runtime, failing, {"quarter": "2031Q2"}, actor=None, origin=JOB)
    assert refused is ("has not begun" in str(stopped.value))
    assert len(logged(runtime, "report:run")) == before


def test_a_report_on_a_quarter_that_still_runs_says_that_it_is_not_whole(
    settings, policy, database
):
    clock = FixedClock(datetime(1996, 5, 20, tzinfo=UTC))
    running = build_runtime(settings, policy, database, clock=clock)
    gathering = Gathering(running, None, JOB, running.audit.read(1))
    made = gather_quarterly_audit(gathering, REPORT.checked({"quarter": QUARTER, "seed": 7}))
    assert "not whole: the quarter is not over" in made.facts["Data window"]


def written(path, *cells) -> str:
    tagged = new_code_cell('material_folder = ""', metadata={"tags": ["parameters"]})
    notebook = new_notebook(cells=[new_markdown_cell("# A"), tagged, *cells])
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook.metadata["kernelspec"] = kernel
    nbformat.write(notebook, path)
    return str(path)


def test_a_failed_notebook_is_kept_aside_and_knew_no_setting_of_ours(
    runtime, tmp_path, monkeypatch
):
    monkeypatch.setenv("WORKBENCH_DATABASE_URL", "postgresql://secret")
    monkeypatch.setenv("PGPASSWORD", "secret")
    source = "import os\nprint(sorted(os.environ.items()))\n1 / 0"
    failing = replace(REPORT, notebook=written(tmp_path / "report_a.ipynb", new_code_cell(source)))
    with pytest.raises(ReportError, match=r"-err\.ipynb") as caught:
        make_report(runtime, failing, {"quarter": QUARTER}, actor=None, origin=JOB)
    assert "ZeroDivisionError" in str(caught.value)
    (kept,) = (runtime.settings.home / "reports").glob("*-err.ipynb")
    assert kept.stat().st_mode & 0o777 == 0o600
    assert "PATH" in kept.read_text()
    assert "secret" not in kept.read_text()
    assert "WORKBENCH" not in kept.read_text()
    assert logged(runtime, "report:outcome")[-1]["outcome"] == "failed"


def test_a_mistyped_parameter_is_refused_before_anything_runs(tmp_path):
    notebook = Path(written(tmp_path / "report_c.ipynb"))
    executed = tmp_path / "executed.ipynb"
    with pytest.raises(ReportError, match="material_folder"):
        execute_notebook(notebook, executed, {"dayz": 7}, folder=tmp_path)
    assert not executed.exists()


def test_a_timer_makes_the_report_as_a_job_and_never_over_another(runtime, tmp_path):
    out = tmp_path / "audit.html"
    arguments = ["--quarter", QUARTER, "--seed", "426", "--out", str(out), "--as-job", "--json"]

    def run():
        home = {"WORKBENCH_HOME": str(runtime.settings.home)}
        return CliRunner().invoke(app, ["quarterly-audit", *arguments], env=home)

    done = run()
    said = json.loads(done.stdout)
    started = runtime.audit.read(said["access_id"])
    assert done.exit_code == 0
    assert said["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
    assert said["facts"]["Seed"] == "426"
    assert said["facts"]["Made"].endswith("by a scheduled job")
    assert (started.username, started.origin["channel"]) == (None, "job")
    assert out.stat().st_mode & 0o777 == 0o600
    assert isinstance(run().exception, ReportError)


def test_a_signed_in_person_needs_the_right_to_run_reports(runtime, database, policy):
    with open_service(runtime.settings, policy, database, system_clock) as service:
        variables = {
            "WORKBENCH_HOME": str(runtime.settings.home),
            "WORKBENCH_TOKEN": service.token(Role.ANALYST),
        }
        done = CliRunner().invoke(app, ["quarterly-audit", "--quarter", QUARTER], env=variables)
    assert isinstance(done.exception, DeniedError)
    assert "reports:run" in str(done.exception)


def test_the_command_lists_the_reports():
    done = CliRunner().invoke(app, ["list"])
    assert "quarterly-audit  Quarterly audit of queries (426.4.1 administrators (c))" in done.stdout
    assert "--seed" in done.stdout
    assert SUBJECTS["report"][0] == "workbench.cli.report"

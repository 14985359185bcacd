"""A day in the demo city with a moved clock, from the list load to the recovered car."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timedelta
from email.parser import BytesParser
from email.policy import default

import jsonschema
import pytest

from workbench.audit.verify import verify_log
from workbench.demo.day.staff import Post
from workbench.demo.day.wanted import Part
from workbench.domain.hit import Disposition, HitEventKind, HitOutcome, HitState
from workbench.domain.hot_entry import HOT_PLATES, ListKind
from workbench.hotlists.lists.standing import stale_after
from workbench.resources import resource_root

CALL_SCHEMA = resource_root() / "data_schema" / "alerts" / "call.v1.schema.json"
HEARD = "SELECT d.*, t.name FROM alert_delivery d JOIN alert_target t ON t.id = d.target_id"


def of_kind(file, kind: HitEventKind):
    return [event for event in file.events if event.kind is kind]


def mails(played):
    """Return the mails of the day with their text."""
    parser = BytesParser(policy=default)
    return [
        (message, message.get_content())
        for message in (
            parser.parsebytes(file.read_bytes()) for file in sorted(played.told.mails.glob("*.eml"))
        )
    ]


def test_every_good_read_of_a_listed_car_was_told_to_somebody(played):
    good = [(seen.sight, seen.car) for seen in played.told.reads.seen if not seen.misread]
    assert len(good) >= 20
    query = (
        "SELECT h.id FROM hit h JOIN alert_delivery d ON d.hit_id = h.id"
        " WHERE h.camera_id = :camera AND h.seen_at = :at AND h.list_code = :code"
        " AND NOT h.possible AND d.state = 'sent'"
    )
    for (camera, at), car in good:
        code = "SVS" if car.part is Part.NEWLY_STOLEN else car.list_code
        assert played.rows(query, camera=camera, at=at, code=code), car.part


def test_every_hit_that_was_told_is_of_a_listed_car_or_looks_like_one(played):
    plates = {car.listed for car in played.told.cars}
    told = played.rows("SELECT * FROM hit WHERE NOT possible")
    of_cars = [hit for hit in told if hit["listed_plate"] in plates]
    assert len(of_cars) >= 20
    others = [hit for hit in told if hit not in of_cars and "*" not in hit["listed_plate"]]
    # Chance may bring a stranger; people find that out from the picture.
    assert len(others) <= 2


def test_nobody_was_alerted_to_what_is_only_possible(played):
    possible = played.rows("SELECT id, read_plate FROM hit WHERE possible")
    assert played.car(Part.SECOND_REQUEST).misread_as in [hit["read_plate"] for hit in possible]
    ids = [hit["id"] for hit in possible]
    assert played.rows(f"{HEARD} WHERE d.hit_id = ANY(:ids)", ids=ids) == []
    assert set(ids).isdisjoint(played.told.came.hits)


def test_a_hit_is_there_and_told_within_two_seconds_of_its_read(played):
    arrived = {seen.sight: seen.at for seen in played.told.reads.seen}
    query = (
        "SELECT h.camera_id, h.seen_at, h.made_at, max(d.ended_at) AS told_at FROM hit h"
        " JOIN alert_delivery d ON d.hit_id = h.id WHERE h.made_at < h.seen_at + interval '1 min'"
        " GROUP BY h.id"
    )
    at_once = played.rows(query)
    assert len(at_once) >= 20
    for hit in at_once:
        if (hit["camera_id"], hit["seen_at"]) not in arrived:
            continue
        assert hit["made_at"] == arrived[hit["camera_id"], hit["seen_at"]]
        assert hit["told_at"] - hit["made_at"] <= timedelta(seconds=2)


def test_a_car_that_is_listed_later_is_found_among_the_kept_reads(played):
    file = played.file(Part.NEWLY_STOLEN)
    assert file.hit.seen_at == played.at("15:10")
    assert file.hit.made_at == file.hit.list_loaded_at == played.at("17:00")


def test_every_act_has_one_record_and_the_log_is_whole(played):
    events = played.rows(
        "SELECT id, kind, recorded_at FROM hit_event WHERE kind NOT IN ('drawn', 'flagged')"
    )
    assert len(events) > 90
    logged = played.rows(
        "SELECT details ->> 'event' AS event, details ->> 'act' AS act, recorded_at"
        " FROM audit_record"
        " WHERE kind IN ('hit:act', 'hit:correct', 'hit:review', 'hit:stop', 'hit:score')"
        " AND details ->> 'event' IS NOT NULL"
    )
    assert Counter(int(record["event"]) for record in logged) == {
        event["id"]: 1 for event in events
    }
    assert {int(record["event"]): record["act"] for record in logged} == {
        event["id"]: event["kind"] for event in events
    }
    assert verify_log(played.stage.database.service).whole


def test_nobody_compared_a_hit_whose_picture_they_had_not_opened(played):
    compared = played.rows("SELECT * FROM hit_event WHERE kind = 'compared'")
    assert len(compared) >= 12
    opened = (
        "SELECT 1 FROM audit_record p JOIN hit h ON h.id = :hit"
        " WHERE p.kind = 'picture:view' AND p.username = :who AND p.recorded_at <= :at"
        " AND CAST(p.criteria ->> 'detection_id' AS bigint) = h.detection_id"
    )
    for event in compared:
        about = {"hit": event["hit_id"], "who": event["recorded_by"], "at": event["happened_at"]}
        assert played.rows(opened, **about), about


def test_times_in_the_log_only_go_forward(played):
    times = [row["recorded_at"] for row in played.rows("SELECT * FROM audit_record ORDER BY seq")]
    assert times == sorted(times)


def test_a_load_that_failed_in_the_night_is_told_within_the_hour(played):
    (failed,) = played.rows("SELECT * FROM hot_list_load WHERE state = 'failed'")
    assert (failed["list_code"], failed["began_at"]) == ("SVS", played.at("05:00"))
    (notice,) = played.rows("SELECT * FROM alert_notice WHERE kind = 'load_failed'")
    assert notice["subject"] == "SVS"
    (told,) = played.rows(f"{HEARD} WHERE d.notice_id = :id", id=notice["id"])
    assert told["state"] == "sent"
    assert told["ended_at"] - failed["began_at"] <= timedelta(minutes=60)
    assert any(f"ALPR notice {notice['id']}," in str(mail["Subject"]) for mail, _ in mails(played))


def test_the_list_of_the_evening_before_stays_in_force_meanwhile(played):
    evening = played.rows(
        "SELECT * FROM hot_list_load WHERE list_code = 'SVS' AND in_force_at = :at",
        at=played.at("17:00", days=-1),
    )
    assert [load["superseded_at"] for load in evening] == [played.at("06:40")]
    hit = played.file(Part.SECOND_REQUEST).hit
    assert played.at("05:00") < hit.made_at < played.at("06:40")
    assert hit.load_id == evening[0]["id"]


def test_a_hit_on_a_list_older_than_twelve_hours_says_so(played):
    oldest = stale_after(ListKind.GENERAL, played.stage.policy)
    assert oldest == timedelta(hours=12)
    old, fresh = (played.file(part).hit for part in (Part.SECOND_REQUEST, Part.RECOVERED))
    assert old.stale_at(old.made_at, oldest)
    assert not fresh.stale_at(fresh.made_at, oldest)
    late = played.rows("SELECT * FROM alert_notice WHERE kind = 'list_late' AND subject = 'SVS'")
    assert [notice["found_at"] for notice in late] == [played.at("05:00")]


def test_each_list_came_as_often_as_the_policy_asks(played):
    rules = played.stage.policy.hot_lists
    counted = played.rows(
        "SELECT list_code, count(*) AS loads, sum(failed) AS failed FROM hot_list_load"
        " WHERE in_force_at >= :start AND in_force_at < :end GROUP BY list_code",
        start=played.at("00:00"),
        end=played.at("00:00", days=1),
    )
    loads = {row["list_code"]: row["loads"] for row in counted}
    assert set(rules.lists.value) < set(loads)
    assert loads.pop("BURGLARY") >= rules.special_loads_per_day.value
    assert min(loads.values()) >= rules.loads_per_day.value
    assert {row["failed"] for row in counted} == {0}


def test_the_immigration_file_is_off_and_never_loaded(played):
    code = "NCIC_IVF"
    assert not played.stage.past.hot_lists.lists.of(code).enabled
    assert played.rows("SELECT 1 FROM hot_list_load WHERE list_code = :code", code=code) == []


def test_the_special_list_was_approved_before_it_came(played):
    (approval,) = played.rows("SELECT * FROM special_list_approval")
    loads = played.rows("SELECT * FROM hot_list_load WHERE list_code = 'BURGLARY' ORDER BY id")
    assert approval["list_code"] == "BURGLARY"
    assert approval["approved_at"] < loads[0]["began_at"]


def test_a_hit_of_the_special_list_is_informational_and_leads_to_no_call(played):
    file = played.file(Part.INFORMATIONAL)
    assert file.hit.informational
    assert of_kind(file, HitEventKind.CALLED) == []
    said = [str(error) for error in played.told.came.refused]
    assert any("informational only" in words for words in said)


@pytest.mark.parametrize(
    "part", [Part.RECOVERED, Part.WRONG_ORDER, Part.SECOND_REQUEST, Part.STOLEN_PLATE]
)
def test_a_confirmation_comes_in_time_or_is_asked_for_again(played, part):
    file, rules = played.file(part), played.stage.policy.hits
    asked = of_kind(file, HitEventKind.CONFIRMATION_ASKED)
    (answer,) = of_kind(file, HitEventKind.CONFIRMED)
    for request, then in zip(asked, [*asked[1:], answer], strict=True):
        urgent = request.details["priority"] == "urgent"
        minutes = (rules.urgent_minutes if urgent else rules.routine_minutes).value
        late = then.happened_at - request.happened_at >= timedelta(minutes=minutes)
        assert late == (then.details.get("second") is True)
    assert [request.details["second"] for request in asked] == [
        False,
        *([True] if part is Part.SECOND_REQUEST else []),
    ]


def test_no_stop_is_recorded_without_confirmation_and_a_basis_of_its_own(played):
    stops = played.rows("SELECT * FROM hit_event WHERE kind = 'stopped'")
    assert len(stops) == 1
    file = played.file(Part.WRONG_ORDER)
    (stop,), (confirmed,) = (
        of_kind(file, HitEventKind.STOPPED),
        of_kind(file, HitEventKind.CONFIRMED),
    )
    assert stop.id == stops[0]["id"]
    assert stop.details["confirmation"] == confirmed.id
    assert confirmed.happened_at < stop.happened_at
    assert "red light" in stop.details["facts"]
    assert (stop.details["basis"], stop.details["repeats_hit"]) == ("observed_violation", False)
    (review,) = of_kind(file, HitEventKind.REVIEWED)
    assert (review.details["event"], review.details["approved"]) == (stop.id, True)
    assert review.recorded_by != stop.recorded_by
    said = [str(error) for error in played.told.came.refused]
    assert any("No confirmation by CLETS or NCIC stood then" in words for words in said)
    assert any("seen or known beside the hit says too little" in words for words in said)


def test_a_wrong_entry_is_put_right_and_stays(played):
    file = played.file(Part.STOLEN_PLATE)
    (called,), (corrected,) = (
        of_kind(file, HitEventKind.CALLED),
        of_kind(file, HitEventKind.CORRECTED),
    )
    assert called.details["direction"] == "westbound"
    assert corrected.details["event"] == called.id
    assert corrected.details["values"]["direction"] == "northbound"


def test_the_wrong_order_is_recorded_once(played):
    (record,) = played.rows("SELECT * FROM audit_record WHERE kind = 'hit:violation'")
    assert record["details"]["hit"] == played.told.came.part_of[Part.WRONG_ORDER]
    assert record["details"]["violation"] == "broadcast_before_confirmation"
    assert record["details"]["section"] == "426.6.3 (b)"
    assert [one.kind.value for one in played.file(Part.WRONG_ORDER).steps.violations] == [
        "broadcast_before_confirmation"
    ]


def test_the_recovered_car_has_both_calls_and_nothing_due(played):
    file = played.file(Part.RECOVERED)
    order = [event.kind.value for event in file.events]
    assert order == [
        *("opened", "compared", "broadcast", "confirmation_asked", "confirmed", "called"),
        *("found", "called", "found", "closed"),
    ]
    calls = [event.details["call_type"] for event in of_kind(file, HitEventKind.CALLED)]
    assert calls == ["stolen_vehicle", "stolen_vehicle_recovery"]
    (closed,) = of_kind(file, HitEventKind.CLOSED)
    assert closed.details["outcome"] == HitOutcome.RECOVERED
    assert file.hit.state is HitState.CLOSED
    assert (file.steps.due, file.steps.violations) == ((), ())


def test_what_is_missing_stands_in_the_queue(played):
    late = played.file(Part.NEWLY_STOLEN)
    assert [due.kind.value for due in late.steps.due] == ["call"]
    assert late.steps.due[0].overdue
    assert "compare" in [due.kind.value for due in played.file(Part.LEFT_OPENED).steps.due]
    assert "open" in [due.kind.value for due in played.file(Part.UNOPENED).steps.due]
    queue = played.stage.past.hits.queue(played.staff.actor(Post.SUPERVISOR)).frame
    missing = {
        played.told.came.part_of[part]
        for part in (Part.NEWLY_STOLEN, Part.LEFT_OPENED, Part.UNOPENED)
    }
    assert missing <= set(queue["hit_id"])
    assert played.told.came.part_of[Part.RECOVERED] not in set(queue["hit_id"])


def test_calls_for_service_lie_where_cad_reads_them(played):
    schema = json.loads(CALL_SCHEMA.read_text(encoding="utf-8"))
    check = jsonschema.Draft202012Validator(schema)
    called = played.rows("SELECT id FROM hit_event WHERE kind = 'called'")
    bodies = [json.loads(file.read_bytes()) for file in played.told.calls.glob("call-*.json")]
    assert sorted(body["call"]["number"] for body in bodies) == sorted(row["id"] for row in called)
    for body in bodies:
        check.validate(body)
    types = Counter(body["call"]["call_type"] for body in bodies)
    assert types["stolen_vehicle_recovery"] == 1
    assert types["stolen_vehicle"] == 3


def test_calls_leave_within_two_seconds(played):
    sent = played.rows(f"{HEARD} WHERE t.name = 'cad'")
    assert {row["state"] for row in sent} == {"sent"}
    assert max(row["ended_at"] - row["queued_at"] for row in sent) <= timedelta(seconds=2)


def test_mail_names_no_plate_no_place_and_nobody(played):
    secret = set(played.told.reads.table["plate"].to_pylist())
    secret |= {seen.read.plate for seen in played.told.reads.seen}
    secret |= {car.plate for car in played.told.cars} | {car.listed for car in played.told.cars}
    secret |= {camera.camera_id for camera in played.stage.city.cameras}
    secret |= {part for person in played.stage.city.people for part in person.display_name.split()}
    sent = mails(played)
    assert len(sent) > 20
    for message, body in sent:
        words = f"{message['Subject']}\n{body}".casefold()
        assert not [each for each in secret if each.casefold() in words]


def test_a_hot_plate_of_one_officer_goes_to_that_officer_alone(played):
    number = played.told.came.part_of[Part.WATCHED]
    names = [row["name"] for row in played.rows(f"{HEARD} WHERE d.hit_id = :id", id=number)]
    assert names == ["investigator"]
    shared = played.told.came.part_of[Part.GETAWAY]
    names = [row["name"] for row in played.rows(f"{HEARD} WHERE d.hit_id = :id", id=shared)]
    assert sorted(names) == ["desk", "investigator"]


def test_a_hot_plate_that_turns_up_on_svs_is_cut_and_its_owner_told(played):
    (cut,) = played.rows("SELECT * FROM hot_plate WHERE cut_from IS NOT NULL")
    assert cut["plate"] == played.car(Part.WATCHED).plate
    assert cut["expires_at"] == played.at("17:00") + timedelta(hours=24)
    (notice,) = played.rows("SELECT * FROM alert_notice WHERE kind = 'hot_plate_cut'")
    names = [row["name"] for row in played.rows(f"{HEARD} WHERE d.notice_id = :i", i=notice["id"])]
    assert "investigator" in names


def test_a_misread_is_closed_as_one(played):
    file = played.file(Part.LOOK_ALIKE)
    assert file.hit.read_plate == file.hit.listed_plate
    (closed,) = of_kind(file, HitEventKind.CLOSED)
    assert closed.details["disposition"] == Disposition.MISREAD
    assert of_kind(file, HitEventKind.BROADCAST) == []


def test_an_entry_that_does_not_stand_any_more_leads_to_nothing(played):
    file = played.file(Part.STALE_ENTRY)
    assert [event.kind for event in file.events][-2:] == [
        HitEventKind.REFUSED,
        HitEventKind.CLOSED,
    ]
    assert file.events[-1].details["disposition"] == Disposition.STALE_ENTRY


def test_the_sample_is_of_all_alerts_that_nobody_had_scored(played):
    scored = (
        "SELECT 1 FROM hit_event e WHERE e.hit_id = h.id AND e.kind = 'closed'"
        " AND e.details ->> 'disposition' <> 'not_scored'"
    )
    unscored = played.rows(
        f"SELECT id FROM hit h WHERE NOT possible AND NOT EXISTS ({scored})"  # noqa: S608 - ours
    )
    assert played.told.drawn.waiting == len(unscored)
    assert set(played.told.drawn.hits) <= {row["id"] for row in unscored}


def test_error_rates_know_the_misread_and_the_stale_entry(played):
    rates = played.told.rates
    overall = rates[rates["by"] == "all"].set_index("error")
    assert overall.loc["misread", "errors"] >= 1
    assert overall.loc["stale_entry", "errors"] == 1
    assert (overall["low"] <= overall["rate"]).all()
    assert (overall["rate"] <= overall["high"]).all()
    assert overall.loc["any", "rate"] < 0.5


def test_people_signed_in_anew_when_their_sessions_had_ended(played):
    day = played.rows(
        "SELECT username, count(*) AS times FROM audit_record"
        " WHERE kind = 'session:sign_in' AND recorded_at >= :start GROUP BY username",
        start=played.at("00:00"),
    )
    assert max(row["times"] for row in day) >= 2


def test_hot_plates_are_matched_with_what_was_read_of_a_half_remembered_plate(played):
    hit = played.file(Part.GETAWAY).hit
    assert hit.list_code == HOT_PLATES
    assert hit.read_plate == played.stage.city.solution.getaway
    assert isinstance(hit.made_at, datetime)

"""Made-up deliveries of the vendors who write JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from workbench.demo.vendors.sighting import Sighting, picture_base64

Write = Callable[[Sequence[Sighting]], bytes]


def openalpr_results(sightings: Sequence[Sighting]) -> bytes:
    """Return OpenALPR ``alpr_results``, one message a line, as its daemon queues them."""
    return _lines(_openalpr(sighting) for sighting in sightings)


def rekor_groups(sightings: Sequence[Sighting]) -> bytes:
    """Return Rekor ``alpr_group`` messages, the first with its pictures."""
    return _lines(_group(sighting, pictures=row == 0) for row, sighting in enumerate(sightings))


def rekor_alert(sightings: Sequence[Sighting]) -> bytes:
    """Return one Rekor ``alpr_alert`` around the group of a sighting."""
    sighting = sightings[0]
    alert = {
        "data_type": "alpr_alert",
        "version": 1,
        "epoch_time": sighting.epoch_ms,
        "agent_uid": "DEMOAGENT01",
        "alert_list": "Made-up list",
        "site_name": "Made-up city",
        "camera_name": sighting.camera.name,
        "camera_number": _number(sighting),
        "plate_number": sighting.plate,
        "description": "made up",
        "list_type": "alert",
        "group": _group(sighting, pictures=False),
    }
    return _text(alert)


def platerecognizer_webhooks(sightings: Sequence[Sighting]) -> bytes:
    """Return Plate Recognizer webhooks, one a line."""
    return _lines(_webhook(sighting) for sighting in sightings)


def axis_events(sightings: Sequence[Sighting]) -> bytes:
    """Return Axis License Plate Verifier events, one a line."""
    return _lines(_axis(sighting, row) for row, sighting in enumerate(sightings))


def blueiris_alert(sightings: Sequence[Sighting]) -> bytes:
    """Return one Blue Iris alert with two plates and an object that is none."""
    first = sightings[0]
    predictions: list[dict[str, Any]] = [_prediction(sighting) for sighting in sightings[:2]]
    predictions.append(
        {"confidence": 0.61, "label": "car", "x_min": 12, "y_min": 90, "x_max": 420, "y_max": 410}
    )
    analysis = {
        "api": "alpr",
        "found": {
            "success": True,
            "processMs": 118,
            "predictions": predictions,
            "moduleId": "ALPR",
            "moduleName": "License Plate Reader",
            "code": 200,
            "requestId": str(first.event),
            "timestampUTC": first.at.strftime("%a, %d %b %Y %H:%M:%S GMT"),
        },
    }
    alert = {
        "ai_dump": [analysis],
        "Image": picture_base64(first),
        "camera": first.camera.camera_id,
        "timestamp": first.at.isoformat(timespec="milliseconds"),
    }
    return _text(alert)


def _openalpr(sighting: Sighting) -> dict[str, Any]:
    result = {
        "plate": sighting.plate,
        "confidence": round(100 * sighting.confidence, 4),
        "matches_template": 0,
        "plate_index": 0,
        "region": sighting.region.lower(),
        "region_confidence": 81,
        "processing_time_ms": 18.4,
        "requested_topn": 10,
        "coordinates": _corners(sighting),
        "candidates": _percent_candidates(sighting),
    }
    return {
        "version": 2,
        "data_type": "alpr_results",
        "epoch_time": sighting.epoch_ms,
        "img_width": 640,
        "img_height": 480,
        "processing_time_ms": 97.5,
        "uuid": str(sighting.event),
        "camera_id": _number(sighting),
        "site_id": "demo",
        "regions_of_interest": [{"x": 0, "y": 0, "width": 640, "height": 480}],
        "results": [result],
    }


def _group(sighting: Sighting, *, pictures: bool) -> dict[str, Any]:
    best = {
        "plate": sighting.plate,
        "confidence": round(100 * sighting.confidence, 4),
        "region": f"us-{sighting.region.lower()}",
        "coordinates": _corners(sighting),
    }
    group = {
        "data_type": "alpr_group",
        "version": 4,
        "epoch_start": sighting.epoch_ms,
        "epoch_end": sighting.epoch_ms + 900,
        "best_uuid_epoch_ms": sighting.epoch_ms,
        "company_id": "demo",
        "agent_uid": "DEMOAGENT01",
        "agent_version": "4.0.0-demo",
        "agent_type": "alprd",
        "camera_id": _number(sighting),
        "gps_latitude": sighting.camera.point.lat,
        "gps_longitude": sighting.camera.point.lon,
        "country": "us",
        "best_plate": best,
        "best_confidence": best["confidence"],
        "best_uuid": str(sighting.event),
        "best_plate_number": sighting.plate,
        "best_region": best["region"],
        "best_region_confidence": 90.0,
        "best_image_width": 640,
        "best_image_height": 480,
        "candidates": _percent_candidates(sighting),
        "travel_direction": sighting.camera.heading_deg,
        "is_parked": False,
        "is_preview": False,
        "vehicle": _rekor_vehicle(sighting),
    }
    return group | ({"vehicle_crop_jpeg": picture_base64(sighting)} if pictures else {})


def _rekor_vehicle(sighting: Sighting) -> dict[str, Any]:
    def guess(name: str) -> list[dict[str, Any]]:
        return [{"name": name.lower(), "confidence": 88.0}]

    return {
        "color": guess(sighting.color),
        "make": guess(sighting.make),
        "make_model": guess(f"{sighting.make}_{sighting.model}"),
        "body_type": guess(sighting.body_type),
        "year": guess(str(sighting.year)),
    }


def _webhook(sighting: Sighting) -> dict[str, Any]:
    at = sighting.at.isoformat(timespec="microseconds").replace("+00:00", "Z")
    name = f"{sighting.camera.camera_id}_screenshots/image{sighting.event.hex[:8]}.jpg"
    return {
        "hook": {"target": "made-up", "id": sighting.camera.camera_id, "event": "recognition"},
        "data": {
            "camera_id": sighting.camera.camera_id,
            "filename": name,
            "timestamp": at,
            "timestamp_local": at,
            "results": [platerecognizer_result(sighting)],
        },
    }


def platerecognizer_result(sighting: Sighting) -> dict[str, Any]:
    """Return one result as Plate Recognizer writes it; its CSV file has the same parts."""
    box = sighting.box
    sides = {
        "xmin": box.x,
        "ymin": box.y,
        "xmax": box.x + box.width,
        "ymax": box.y + box.height,
    }
    return {
        "box": sides,
        "plate": sighting.plate.lower(),
        "region": {"code": f"us-{sighting.region.lower()}", "score": 0.81},
        "score": sighting.confidence,
        "dscore": 0.79,
        "candidates": [{"score": s, "plate": t.lower()} for t, s in sighting.candidates],
        "vehicle": {"score": 0.84, "type": sighting.body_type.title(), "box": sides},
        "model_make": [{"make": sighting.make, "model": sighting.model, "score": 0.7}],
        "color": [{"color": sighting.color, "score": 0.6}],
        "orientation": [{"orientation": "Rear", "score": 0.9}],
        "direction": round(sighting.camera.heading_deg),
        "source_url": None,
        "position_sec": None,
    }


def _axis(sighting: Sighting, row: int) -> dict[str, Any]:
    box = sighting.box
    return {
        "packetCounter": str(row),
        "capture_timestamp": str(sighting.epoch_ms),
        "datetime": sighting.at.strftime("%Y%m%d %H%M%S"),
        "plateText": sighting.plate,
        "plateUTF8": sighting.plate,
        "plateCountry": "USA",
        "plateConfidence": f"{sighting.confidence:.6f}",
        "carState": "lost",
        "roiID": "1",
        "geotag": {"lat": sighting.camera.point.lat, "lon": sighting.camera.point.lon},
        "carMoveDirection": "in",
        "plateCoordinates": [box.x, box.y, box.width, box.height],
        "carID": str(700_000 + row),
        "imagesURI": [],
        "camera_info": {"SerialNumber": sighting.camera.camera_id, "ProdShortName": "made up"},
        "sensorProviderID": "demo",
    }


def _prediction(sighting: Sighting) -> dict[str, Any]:
    box = sighting.box
    return {
        "confidence": sighting.confidence,
        "label": f"Plate: {sighting.plate}",
        "plate": sighting.plate,
        "x_min": box.x,
        "y_min": box.y,
        "x_max": box.x + box.width,
        "y_max": box.y + box.height,
    }


def _corners(sighting: Sighting) -> list[dict[str, int]]:
    box = sighting.box
    right, bottom = box.x + box.width, box.y + box.height
    corners = ((box.x, box.y), (right, box.y), (right, bottom), (box.x, bottom))
    return [{"x": x, "y": y} for x, y in corners]


def _percent_candidates(sighting: Sighting) -> list[dict[str, Any]]:
    return [
        {"plate": text, "confidence": round(100 * score, 4), "matches_template": 0}
        for text, score in sighting.candidates
    ]


def _number(sighting: Sighting) -> int:
    return int(sighting.camera.camera_id.rpartition("-")[2])


def _lines(records: Any) -> bytes:
    return b"".join(_text(record) + b"\n" for record in records)


def _text(record: dict[str, Any]) -> bytes:
    return json.dumps(record, separators=(",", ":")).encode()

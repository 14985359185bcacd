"""Made-up deliveries of the vendors who write XML."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from workbench.demo.vendors.sighting import Sighting, picture_base64
from workbench.demo.year import ZONE

_HIKVISION = """<?xml version="1.0" encoding="UTF-8"?>
<EventNotificationAlert version="2.0" xmlns="http://www.hikvision.com/ver20/XMLSchema">
  <ipAddress>192.0.2.{number}</ipAddress>
  <macAddress>02:de:00:00:00:{number:02x}</macAddress>
  <channelID>1</channelID>
  <dateTime>{at}</dateTime>
  <eventType>ANPR</eventType>
  <eventState>active</eventState>
  <eventDescription>made up</eventDescription>
  <channelName>{camera}</channelName>
  <ANPR>
    <licensePlate>{plate}</licensePlate>
    <line>1</line>
    <direction>forward</direction>
    <confidenceLevel>{percent}</confidenceLevel>
    <vehicleType>vehicle</vehicleType>
    <vehicleInfo><color>{color}</color></vehicleInfo>
    <pictureInfoList>
      <pictureInfo>
        <fileName>detectionPicture.jpg</fileName>
        <plateRect><X>{x}</X><Y>{y}</Y><width>{width}</width><height>{height}</height></plateRect>
      </pictureInfo>
    </pictureInfoList>
    <originalLicensePlate>{plate}</originalLicensePlate>
  </ANPR>
  <UUID>{event}</UUID>
  <DeviceGPSInfo>
    <longitudeType>{east}</longitudeType>
    <latitudeType>{north}</latitudeType>
    <Longitude>{lon}</Longitude>
    <Latitude>{lat}</Latitude>
  </DeviceGPSInfo>
  <countryAbbreviation>USA</countryAbbreviation>
</EventNotificationAlert>
"""

_GENETEC = """<AutoVu>
  <Plate>{plate}</Plate>
  <State>{region}</State>
  <UTCDate>{day}</UTCDate>
  <UTCTime>{time}</UTCTime>
  <CameraName>Rear</CameraName>
  <SourceName>{camera}</SourceName>
  <LongitudeX>{lon}</LongitudeX>
  <LatitudeY>{lat}</LatitudeY>
  <Guid>{event}</Guid>
  <ConfidenceScore>{percent}</ConfidenceScore>
  <Lane>1</Lane>
  <VehicleMake>{make}</VehicleMake>
  <VehicleColor>{color}</VehicleColor>
  {picture}
</AutoVu>
"""


def hikvision_alerts(sightings: Sequence[Sighting]) -> bytes:
    """Return Hikvision ANPR alerts, one document after the other."""
    return "".join(_hikvision(sighting) for sighting in sightings).encode()


def genetec_reads(sightings: Sequence[Sighting]) -> bytes:
    """Return Genetec AutoVu reads in one file, the first with its picture."""
    reads = "".join(_genetec(s, with_picture=row == 0) for row, s in enumerate(sightings))
    return f'<?xml version="1.0" encoding="utf-8"?>\n<Reads>\n{reads}</Reads>\n'.encode()


def _hikvision(sighting: Sighting) -> str:
    point, box = sighting.camera.point, sighting.box
    return _HIKVISION.format(
        number=int(sighting.camera.camera_id.rpartition("-")[2]),
        at=sighting.at.astimezone(ZONE).isoformat(timespec="milliseconds"),
        camera=escape(sighting.camera.name),
        plate=sighting.plate,
        percent=round(100 * sighting.confidence),
        color=sighting.color,
        x=box.x,
        y=box.y,
        width=box.width,
        height=box.height,
        event=sighting.event,
        east="E" if point.lon >= 0 else "W",
        north="N" if point.lat >= 0 else "S",
        lon=_angle(point.lon),
        lat=_angle(point.lat),
    )


def _genetec(sighting: Sighting, *, with_picture: bool) -> str:
    return _GENETEC.format(
        plate=sighting.plate,
        region=sighting.region,
        day=f"{sighting.at:%Y:%m:%d}",
        time=f"{sighting.at:%H:%M:%S}.{sighting.at.microsecond // 1000:03d}",
        camera=sighting.camera.camera_id,
        lon=sighting.camera.point.lon,
        lat=sighting.camera.point.lat,
        event=sighting.event,
        percent=round(100 * sighting.confidence),
        make=escape(sighting.make),
        color=sighting.color,
        picture=(
            f"<ContextImage>{picture_base64(sighting)}</ContextImage>" if with_picture else ""
        ),
    )


def _angle(degrees: float) -> str:
    whole, rest = divmod(abs(degrees) * 3_600.0, 3_600.0)
    minutes, seconds = divmod(rest, 60.0)
    return f"<degree>{whole:.0f}</degree><minute>{minutes:.0f}</minute><sec>{seconds:.6f}</sec>"

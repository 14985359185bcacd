"""Made-up CSV files, who brings them, and a look into the tables they end in."""

from __future__ import annotations

from sqlalchemy import func, select

from workbench.detections.ingest_log import Caller
from workbench.domain.person import Channel, Origin

DESK = Caller(origin=Origin(channel=Channel.COMMAND, address="test"))
HEAD = "plate,seen_at,camera,lon,lat,confidence\n"


def line(number: int, camera: str) -> str:
    seconds = f"{number // 60 % 60:02}:{number % 60:02}"
    return f"7ABC{number:03},2026-11-01T{number // 3600:02}:{seconds}Z,{camera},,,0.9\n"


def csv_of(count: int, camera: str) -> bytes:
    return (HEAD + "".join(line(number, camera) for number in range(count))).encode()


def rows_of(database, table, **where):
    with database.reader.connect() as connection:
        return connection.execute(select(table).filter_by(**where).order_by(table.c[0])).all()


def count_of(database, table) -> int:
    with database.reader.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())

"""What can be said about equipment: states of faults, ways out of a pursuit, what is wrong."""

from __future__ import annotations

from enum import StrEnum


class EquipmentKind(StrEnum):
    """What a fault is on, as Policy 426.6.2 tells it apart; sorted."""

    FIXED = "fixed"
    TRAILER = "trailer"
    VEHICLE = "vehicle"


class FaultState(StrEnum):
    """How far a fault is; each follows from the one before."""

    OPEN = "open"
    REPORTED = "reported"
    REPAIRED = "repaired"


class PursuitExit(StrEnum):
    """Why a car with readers left a pursuit (Policy 426.6.1 (a) to (c)); sorted."""

    ENOUGH_VEHICLES = "enough_vehicles"
    HELICOPTER = "helicopter"
    SUPERVISOR = "supervisor"


class ShiftWrong(StrEnum):
    """What is out of order with a car and its shifts (Policy 426.6.1); sorted."""

    GAP = "gap"
    NOT_READY = "not_ready"
    NO_READS = "no_reads"
    NO_SEARCH = "no_search"
    READS_WITHOUT_SHIFT = "reads_without_shift"


class HealthWrong(StrEnum):
    """What is out of order with a camera; sorted."""

    ALL_DROPPED = "all_dropped"
    DROPPED = "dropped"
    FAULT_UNREPORTED = "fault_unreported"
    INSPECTION_OVERDUE = "inspection_overdue"
    OUT_OF_SERVICE = "out_of_service"
    SILENT = "silent"

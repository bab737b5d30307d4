"""Rescue from a damaged file: `salvage` and what it reports."""

from station.store.salvage.rescue import NothingToSalvage, SalvageReport, salvage

__all__ = ["NothingToSalvage", "SalvageReport", "salvage"]

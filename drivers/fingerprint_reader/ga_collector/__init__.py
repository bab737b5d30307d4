"""Collectors of the Chinese public-security class, through their makers' common interface."""

from drivers.fingerprint_reader.ga_collector.reader import GaCollectorReader

__all__ = ["GaCollectorReader"]

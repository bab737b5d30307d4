"""Start-up and composition root: the only place that builds concrete objects and joins them."""

from station.app.composing import Station, compose, open_station
from station.app.equipment import Equipment, equip
from station.app.opening import open_room
from station.app.starting import run

__all__ = ["Equipment", "Station", "compose", "equip", "open_room", "open_station", "run"]

"""ID-card readers with a police security module (SAM) on a serial or USB-to-serial line."""

from drivers.document_reader.sam_serial.reader import SamSerialReader

__all__ = ["SamSerialReader"]

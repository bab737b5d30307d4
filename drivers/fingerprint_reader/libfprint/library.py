"""The few functions of libfprint, GObject and GIO that are called here, through ctypes.

Signatures and constants: fprint.freedesktop.org/libfprint-dev (1.94) and docs.gtk.org. Loaded in
the driver's own process: a crash in here must not be the station's.
"""

from __future__ import annotations

import ctypes
from ctypes import POINTER, c_char_p, c_double, c_int, c_size_t, c_ubyte, c_uint, c_uint32, c_void_p
from dataclasses import dataclass
from enum import IntEnum, IntFlag

from drivers.errors import DriverMissing

NAME = "libfprint"
READY_CALLBACK = ctypes.CFUNCTYPE(None, c_void_p, c_void_p, c_void_p)


class Feature(IntFlag):
    """FpDeviceFeature."""

    CAPTURE = 1 << 0


class FingerStatus(IntFlag):
    """FpFingerStatusFlags."""

    NEEDED = 1 << 0
    PRESENT = 1 << 1


class RetryCode(IntEnum):
    """FpDeviceRetry."""

    GENERAL = 0
    TOO_SHORT = 1
    CENTER_FINGER = 2
    REMOVE_FINGER = 3


class ErrorCode(IntEnum):
    """FpDeviceError, as far as it says something to an operator."""

    BUSY = 4
    REMOVED = 0x100
    TOO_HOT = 0x101


CANCELLED = 19  # G_IO_ERROR_CANCELLED


class _Error(ctypes.Structure):
    _fields_ = (("domain", c_uint32), ("code", c_int), ("message", c_char_p))


class _PointerArray(ctypes.Structure):
    _fields_ = (("data", POINTER(c_void_p)), ("length", c_uint))


@dataclass(frozen=True)
class Failure:
    """A GError: which family and which code. Its message is the library's and is not kept."""

    retry: bool
    cancelled: bool
    code: int


class Library:
    """Loaded once; every method is one call into C. Not for two threads at once, but `cancel`."""

    def __init__(self) -> None:
        """Load the system's libraries. Raises DriverMissing."""
        try:
            self._fprint = ctypes.CDLL("libfprint-2.so.2")
            self._gobject = ctypes.CDLL("libgobject-2.0.so.0")
            self._gio = ctypes.CDLL("libgio-2.0.so.0")
            self._glib = ctypes.CDLL("libglib-2.0.so.0")
        except OSError as error:
            raise DriverMissing(NAME, "libfprint-2 is not installed") from error
        self._declare()
        self._retry_domain = self._fprint.fp_device_retry_quark()
        self._io_domain = self._gio.g_io_error_quark()

    def _declare(self) -> None:
        error = POINTER(POINTER(_Error))
        for library, name, result, arguments in (
            (self._fprint, "fp_context_new", c_void_p, ()),
            (self._fprint, "fp_context_enumerate", None, (c_void_p,)),
            (self._fprint, "fp_context_get_devices", POINTER(_PointerArray), (c_void_p,)),
            (self._fprint, "fp_device_get_driver", c_char_p, (c_void_p,)),
            (self._fprint, "fp_device_get_name", c_char_p, (c_void_p,)),
            (self._fprint, "fp_device_get_device_id", c_char_p, (c_void_p,)),
            (self._fprint, "fp_device_get_features", c_uint, (c_void_p,)),
            (self._fprint, "fp_device_get_finger_status", c_uint, (c_void_p,)),
            (self._fprint, "fp_device_open_sync", c_int, (c_void_p, c_void_p, error)),
            (self._fprint, "fp_device_close_sync", c_int, (c_void_p, c_void_p, error)),
            (
                self._fprint,
                "fp_device_capture",
                None,
                (c_void_p, c_int, c_void_p, READY_CALLBACK, c_void_p),
            ),
            (self._fprint, "fp_device_capture_finish", c_void_p, (c_void_p, c_void_p, error)),
            (self._fprint, "fp_image_get_width", c_uint, (c_void_p,)),
            (self._fprint, "fp_image_get_height", c_uint, (c_void_p,)),
            (self._fprint, "fp_image_get_ppmm", c_double, (c_void_p,)),
            (self._fprint, "fp_image_get_data", POINTER(c_ubyte), (c_void_p, POINTER(c_size_t))),
            (self._fprint, "fp_device_retry_quark", c_uint32, ()),
            (self._gio, "g_io_error_quark", c_uint32, ()),
            (self._gio, "g_cancellable_new", c_void_p, ()),
            (self._gio, "g_cancellable_cancel", None, (c_void_p,)),
            (self._gobject, "g_object_ref", c_void_p, (c_void_p,)),
            (self._gobject, "g_object_unref", None, (c_void_p,)),
            (self._glib, "g_error_free", None, (POINTER(_Error),)),
            (self._glib, "g_main_context_iteration", c_int, (c_void_p, c_int)),
        ):
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments

    def new_context(self) -> int:
        """A context that has looked for devices; to be released."""
        context: int = self._fprint.fp_context_new()
        self._fprint.fp_context_enumerate(context)
        return context

    def devices(self, context: int) -> list[int]:
        """The devices that are there now; they belong to the context."""
        array = self._fprint.fp_context_get_devices(context).contents
        return [pointer for k in range(array.length) if (pointer := array.data[k])]

    def gives_pictures(self, device: int) -> bool:
        """Whether a device hands out pictures, which readers that match by themselves do not."""
        return bool(self._fprint.fp_device_get_features(device) & Feature.CAPTURE)

    def names(self, device: int) -> tuple[str, str, str]:
        """The library's driver, the device's name, its id."""
        given = (
            self._fprint.fp_device_get_driver(device),
            self._fprint.fp_device_get_name(device),
            self._fprint.fp_device_get_device_id(device),
        )
        driver, name, device_id = ((text or b"").decode("utf-8", "replace") for text in given)
        return driver, name, device_id

    def open(self, device: int) -> Failure | None:
        """Open a device; None when it is open."""
        error = POINTER(_Error)()
        opened = self._fprint.fp_device_open_sync(device, None, ctypes.byref(error))
        return None if opened else self._failure(error)

    def close(self, device: int) -> None:
        """Close a device; one that is gone is closed."""
        error = POINTER(_Error)()
        if not self._fprint.fp_device_close_sync(device, None, ctypes.byref(error)):
            self._failure(error)

    def finger_present(self, device: int) -> bool:
        """Whether the reader feels a finger."""
        return bool(self._fprint.fp_device_get_finger_status(device) & FingerStatus.PRESENT)

    def iterate(self) -> bool:
        """Let the library work on what has happened; False when there was nothing."""
        return bool(self._glib.g_main_context_iteration(None, 0))

    def new_cancellable(self) -> int:
        """Something to cancel a capture with; to be released."""
        cancellable: int = self._gio.g_cancellable_new()
        return cancellable

    def cancel(self, cancellable: int) -> None:
        """Cancel; from any thread."""
        self._gio.g_cancellable_cancel(cancellable)

    def retain(self, thing: int) -> int:
        """Keep an object that is somebody else's."""
        kept: int = self._gobject.g_object_ref(thing)
        return kept

    def release(self, thing: int) -> None:
        """Let go of an object."""
        self._gobject.g_object_unref(thing)

    def start_capture(self, device: int, cancellable: int, callback: object) -> None:
        """Wait for a finger; `callback` is called out of `iterate` and must be kept alive."""
        self._fprint.fp_device_capture(device, 1, cancellable, callback, None)

    def finish_capture(self, device: int, result: int) -> int | Failure:
        """The image (to be released) or why there is none."""
        error = POINTER(_Error)()
        image = self._fprint.fp_device_capture_finish(device, result, ctypes.byref(error))
        return image if image else self._failure(error)

    def picture(self, image: int) -> tuple[int, int, bytes, float]:
        """Width, height, grey bytes row by row, pixels a millimetre (0 when not known)."""
        length = c_size_t()
        data = self._fprint.fp_image_get_data(image, ctypes.byref(length))
        width, height = (
            self._fprint.fp_image_get_width(image),
            self._fprint.fp_image_get_height(image),
        )
        pixels = ctypes.string_at(data, length.value) if data else b""
        return width, height, pixels, self._fprint.fp_image_get_ppmm(image)

    def _failure(self, error: ctypes._Pointer[_Error]) -> Failure:
        if ctypes.cast(error, c_void_p).value is None:
            return Failure(retry=False, cancelled=False, code=0)
        domain, code = error.contents.domain, error.contents.code
        self._glib.g_error_free(error)
        cancelled = domain == self._io_domain and code == CANCELLED
        return Failure(retry=domain == self._retry_domain, cancelled=cancelled, code=code)

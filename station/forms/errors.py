"""What can go wrong while a document is made."""


class FormError(Exception):
    """A document could not be made; the message names the part, never a person."""


class TypefaceError(FormError):
    """A bundled font file is missing or Qt cannot read it."""


class LayoutError(FormError):
    """A layout file under `resources/forms` does not say what the form needs."""

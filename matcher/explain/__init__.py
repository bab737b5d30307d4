"""A picture that shows why two impressions score what they score."""

from matcher.explain.picture import Shown, pairing_picture

__all__ = ["Shown", "pairing_picture"]

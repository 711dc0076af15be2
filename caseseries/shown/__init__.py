"""A series as its page shows it: figures in words."""

from caseseries.shown.page import Shown, shown

__all__ = ["Shown", "shown"]

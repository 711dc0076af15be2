"""Bringing files of results into the record: check every row, store what is ready, undo it within a day."""

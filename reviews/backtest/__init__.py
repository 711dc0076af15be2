"""Trying other numbers of the protocol on the past: the record is lived again, and nothing of it is kept."""

"""One patient as the clinic knew them at the end of a past day, read from the kept history."""

"""What a booking of a re-evaluation takes."""

from accounts.shapes import AtVersion, Day


class BookGiven(AtVersion):
    booked_on = Day(allow_null=True, help_text="The day of the visit; null clears the booking.")

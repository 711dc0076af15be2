"""Reading files of laboratories (pure): from bytes to rows as reported, or one clear refusal of the file."""

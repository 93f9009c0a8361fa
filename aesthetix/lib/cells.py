"""Cells of a CSV file that a spreadsheet opens without running anything in it."""

# What spreadsheets take for the beginning of a formula (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_cell(text: str) -> str:
    """A quote in front of what would be a formula; importing takes it off again."""
    return f"'{text}" if text.startswith(FORMULA) else text

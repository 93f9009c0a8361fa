"""Style sheets of the upper floors. The shell links them all on every page: boosted navigation keeps the
first page's <head>, so a sheet that only one page names would be missing on the next."""

_sheets: list[str] = []


def add_stylesheet(path: str) -> None:
    """`path` as in `{% static %}`; call it in AppConfig.ready."""
    if path not in _sheets:
        _sheets.append(path)


def stylesheets() -> list[str]:
    return list(_sheets)

import io
import logging

import pytest

from aesthetix.lib.logs import DiscreetFormatter


@pytest.fixture
def log():
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(DiscreetFormatter("%(message)s"))
    logger = logging.Logger("test")
    logger.addHandler(handler)
    return logger, written


def test_a_database_error_is_logged_without_the_row_that_it_repeats(log):
    logger, written = log
    row = "Key (number)=(+16025550147) already exists."
    try:
        try:
            raise KeyError(row)
        except KeyError as cause:
            raise ValueError(row) from cause
    except ValueError:
        logger.exception("Internal Server Error: %s", "/contacts/new/")
    text = written.getvalue()
    assert "5550147" not in text
    assert "/contacts/new/" in text
    assert "raise ValueError(row)" in text
    assert text.index("KeyError\n") < text.rindex("ValueError")

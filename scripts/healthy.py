"""Exits 0 when the URL answers 200: the health check inside the containers, which have no curl."""

import sys
import urllib.request

if __name__ == "__main__":
    with urllib.request.urlopen(sys.argv[1], timeout=5) as answer:  # noqa: S310  the URL is ours
        raise SystemExit(answer.status != 200)

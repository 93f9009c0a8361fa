"""Twilio's own description of its interface, where TWILIO_OPENAPI says it lies (twilio_api_v2010.json)."""

import json
import os
from functools import lru_cache
from pathlib import Path

import pytest
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest
from werkzeug.datastructures import MultiDict

FORM = "application/x-www-form-urlencoded"


@lru_cache
def description():
    path = os.environ.get("TWILIO_OPENAPI", "")
    if not path:
        pytest.skip("TWILIO_OPENAPI does not name Twilio's OpenAPI description (twilio_api_v2010.json)")
    spec = json.loads(Path(path).read_text())
    return spec, OpenAPI.from_dict(spec)


def complaints(asked):
    """What is wrong with a request by the description: [] when nothing is."""
    spec, openapi = description()
    request = MockRequest(
        "https://api.twilio.com",
        asked.method.lower(),
        asked.path,
        args=MultiDict([(name, value) for name, values in asked.query.items() for value in values]),
        headers={"Authorization": "Basic eDp5"},
        data=asked.body or None,
        content_type=FORM if asked.method == "POST" else "",
    )
    problems = [str(error) for error in openapi.request_validator.iter_errors(request)]
    return problems + [f"unknown field {name}" for name in _unknown(spec, asked)]


def _unknown(spec, asked):
    """Misspelt form keys: the validator lets them pass."""
    operation = _operation(spec, asked)
    names = {parameter["name"] for parameter in operation.get("parameters", [])}
    content = operation.get("requestBody", {}).get("content", {})
    names |= set(content.get(FORM, {}).get("schema", {}).get("properties", {}))
    return [name for name in [*asked.fields, *asked.query] if name not in names]


def _operation(spec, asked):
    for template, item in spec["paths"].items():
        parts, path = template.split("/"), asked.path.split("/")
        same = len(parts) == len(path) and all(_fits(a, b) for a, b in zip(parts, path, strict=True))
        if same and asked.method.lower() in item:
            return item[asked.method.lower()]
    raise AssertionError(f"Twilio knows no {asked.method} {asked.path}")


def _fits(part, word):
    if "{" not in part:
        return part == word
    return word.endswith(".json") == part.endswith(".json") and bool(word)

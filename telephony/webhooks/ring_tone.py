"""The American ringing sound, for callers who wait for a screened phone: 2 s of 440 + 480 Hz, 4 s of silence."""

import io
import math
import struct
import wave
from functools import lru_cache

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

RATE, TONE_SECONDS, TOTAL_SECONDS = 8000, 2, 6


@lru_cache
def ring_tone_wav() -> bytes:
    def sample(i: int) -> int:
        if i >= RATE * TONE_SECONDS:
            return 0
        return int(6000 * (math.sin(math.tau * 440 * i / RATE) + math.sin(math.tau * 480 * i / RATE)) / 2)

    sound = io.BytesIO()
    with wave.open(sound, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(b"".join(struct.pack("<h", sample(i)) for i in range(RATE * TOTAL_SECONDS)))
    return sound.getvalue()


@login_not_required
@require_safe
def ring_tone(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(ring_tone_wav(), content_type="audio/wav")
    response["Cache-Control"] = "public, max-age=86400"
    return response

"""Invented voices: speech-like syllables, so that greetings and voicemails can really be played."""

import io
import math
import random
import struct
import wave
from functools import lru_cache

RATE = 8000  # samples a second, 16 bit, mono
# Two formants of a vowel each (Hz), on a pitch of the voice.
VOWELS = [(730, 1090), (270, 2290), (300, 870), (530, 1840), (570, 840)]


def spoken_wav(seconds: float, *, voice: int = 0) -> bytes:
    """A WAV file of about that length; the same voice always says the same."""
    chosen, samples = random.Random(voice), bytearray()  # noqa: S311  sound, not a secret
    pitch = 110 + 25 * (voice % 5)
    while len(samples) < seconds * RATE * 2:
        samples += _syllable(pitch, chosen.randrange(len(VOWELS)), chosen.choice([140, 180, 240]))
        samples += bytes(2 * RATE * chosen.choice([20, 20, 40, 260]) // 1000)
    return _wrap(bytes(samples[: int(seconds * RATE) * 2]))


@lru_cache
def _syllable(pitch: int, vowel: int, milliseconds: int) -> bytes:
    length = RATE * milliseconds // 1000
    low, high = VOWELS[vowel]
    return struct.pack(f"<{length}h", *(_sample(i, length, pitch, low, high) for i in range(length)))


def _sample(i: int, length: int, pitch: int, low: int, high: int) -> int:
    swell = math.sin(math.pi * i / length)
    turn = 2 * math.pi * i / RATE
    throat = 0.6 + 0.4 * math.sin(turn * pitch)
    mouth = 0.7 * math.sin(turn * low) + 0.3 * math.sin(turn * high)
    return int(9000 * swell * throat * mouth)


def _wrap(samples: bytes) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(samples)
    return buffer.getvalue()

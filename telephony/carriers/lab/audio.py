"""Sound: recordings are real files, and what is played has a length."""

import io
import math
import struct
import wave

RATE = 8000
CHARACTERS_PER_SECOND = 15
_MP3_FRAME = bytes.fromhex("fffb18c4") + bytes(140)
_MP3_FRAMES_PER_SECOND = 32000 / 1152
_MP3_BYTES_PER_SECOND = 128_000 / 8


def tone_wav(seconds: float, channels: int = 1, pitch: float = 220.0) -> bytes:
    """A soft tone as a 16-bit WAV file of 8 kHz."""
    period = round(RATE / pitch)
    cycle = b"".join(
        struct.pack("<h", round(1500 * math.sin(2 * math.pi * place / period))) * channels for place in range(period)
    )
    frames = round(seconds * RATE)
    data = (cycle * (frames // period + 1))[: frames * 2 * channels]
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(data)
    return out.getvalue()


def silent_mp3(seconds: float) -> bytes:
    """A valid MP3 file (32 kbit/s, mono) of silence: frames without audio data need no encoder."""
    return _MP3_FRAME * math.ceil(seconds * _MP3_FRAMES_PER_SECOND)


def spoken_seconds(text: str) -> float:
    """How long a voice takes to say this."""
    return max(1.0, round(len(text) / CHARACTERS_PER_SECOND, 1))


def file_seconds(body: bytes) -> float:
    """The length of a sound file: exact for WAV, from a usual bit rate for others."""
    try:
        with wave.open(io.BytesIO(body)) as file:
            return float(round(file.getnframes() / file.getframerate(), 2))
    except (wave.Error, EOFError, ZeroDivisionError):
        return round(max(len(body) / _MP3_BYTES_PER_SECOND, 0.5), 2)

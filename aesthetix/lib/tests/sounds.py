"""Small real recordings for tests, made on the spot."""

import io
import math
import struct
import wave


def wav(seconds: float, rate: int = 8000) -> bytes:
    """A 16-bit mono tone."""
    out = io.BytesIO()
    with wave.open(out, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        one = b"".join(struct.pack("<h", int(8000 * math.sin(i / 5))) for i in range(rate))
        sound.writeframes((one * (int(seconds) + 1))[: int(seconds * rate) * 2])
    return out.getvalue()


def mp3(seconds: float) -> bytes:
    """Silent MPEG-1 layer III frames, 128 kbit/s at 44.1 kHz: 417 bytes and 26 ms each."""
    return (bytes([0xFF, 0xFB, 0x90, 0x00]) + bytes(413)) * round(seconds / 0.026122)

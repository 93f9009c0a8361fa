"""TwiML, what the rest of the house may use of the SDK's builder. The documents are written in `telephony.answers`."""

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

__all__ = ["Dial", "Gather", "VoiceResponse"]

from telephony.models.calls import Call, CallEvent, Leg, Recording
from telephony.models.settings import (
    CarrierAccount,
    Greeting,
    Line,
    NumberPool,
    RingMember,
    StaffCallSettings,
    VoiceSettings,
)

__all__ = [
    "Call",
    "CallEvent",
    "CarrierAccount",
    "Greeting",
    "Leg",
    "Line",
    "NumberPool",
    "Recording",
    "RingMember",
    "StaffCallSettings",
    "VoiceSettings",
]

from telephony.models.calls import Call, CallEvent, CarrierCommand, Leg, Recording
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
    "CarrierCommand",
    "Greeting",
    "Leg",
    "Line",
    "NumberPool",
    "Recording",
    "RingMember",
    "StaffCallSettings",
    "VoiceSettings",
]

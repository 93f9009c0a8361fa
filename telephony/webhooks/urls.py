"""What the carrier calls. All POST but the ring tone; all signed."""

from django.urls import path

from telephony.webhooks import fallback, messages, ring_tone, voice

app_name = "twilio"
urlpatterns = [
    path("voice/inbound/", voice.inbound, name="inbound"),
    path("voice/dial/", voice.dial_action, name="dial"),
    path("voice/whisper/", voice.whisper, name="whisper"),
    path("voice/accept/", voice.accept, name="accept"),
    path("voice/leg/", voice.leg_status, name="leg"),
    path("voice/status/", voice.status, name="status"),
    path("voice/voicemail/", voice.voicemail, name="voicemail"),
    path("voice/recording/", voice.recording, name="recording"),
    path("voice/hub/", voice.hub_join, name="hub"),
    path("voice/fallback/", fallback.fallback, name="fallback"),
    path("messages/inbound/", messages.inbound, name="message_inbound"),
    path("messages/status/<int:pk>/", messages.status, name="message_status"),
    path("voice/fallback/whisper/", fallback.fallback_whisper, name="fallback_whisper"),
    path("voice/ring-tone.wav", ring_tone.ring_tone, name="ring_tone"),
]

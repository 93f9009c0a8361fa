from django.urls import include, path

from telephony.views import carrier, lines, phone_lab, phone_lab_live, pools, sounds, staff_calls, voice_calls, why

app_name = "telephony"
test_call_patterns = [
    path("", phone_lab.test_call, name="test_call"),
    path("phones/", phone_lab.test_call_phones, name="test_call_phones"),
    path("callers/", phone_lab.test_call_callers, name="test_call_callers"),
    path("live/<str:sid>/", phone_lab_live.live_call, name="live_call"),
    path("live/<str:sid>/news/", phone_lab_live.live_call_news, name="live_call_news"),
    path("live/<str:sid>/hang-up/", phone_lab_live.live_call_hang_up, name="live_call_hang_up"),
    path("live/<str:sid>/voicemail/", phone_lab_live.live_call_voicemail, name="live_call_voicemail"),
    path("live/<str:sid>/key/", phone_lab_live.live_call_key, name="live_call_key"),
    path("live/<str:sid>/reply/", phone_lab_live.live_call_reply, name="live_call_reply"),
    path("live/<str:sid>/again/", phone_lab.test_call_again, name="test_call_again"),
]
urlpatterns = [
    path("settings/phone-numbers/", lines.line_list, name="lines"),
    path("settings/phone-numbers/add/", lines.line_add, name="line_add"),
    path("settings/phone-numbers/<int:pk>/", lines.line_edit, name="line_edit"),
    path("settings/phone-numbers/<int:pk>/preview/", lines.line_preview, name="line_preview"),
    path("settings/phone-numbers/pools/add/", pools.pool_add, name="pool_add"),
    path("settings/phone-numbers/pools/<int:pk>/", pools.pool_edit, name="pool_edit"),
    path("settings/phone-numbers/pools/<int:pk>/delete/", pools.pool_delete, name="pool_delete"),
    path("settings/phone-numbers/advanced/voice-calls/", voice_calls.voice_calls, name="voice_calls"),
    path(
        "settings/phone-numbers/advanced/voice-calls/preview/",
        voice_calls.voice_calls_preview,
        name="voice_calls_preview",
    ),
    path("settings/business-profile/calls/", voice_calls.call_settings_save, name="call_settings_save"),
    path("settings/staff/<int:pk>/calls/", staff_calls.staff_calls_save, name="staff_calls_save"),
    path("settings/staff/<int:pk>/calls/preview/", staff_calls.staff_calls_preview, name="staff_calls_preview"),
    path("settings/greetings/<int:pk>/audio/", sounds.greeting_audio, name="greeting_audio"),
    # No slash at the end: the carrier asks for exactly this, and must not be sent on.
    path("calls/greetings/<str:token>", sounds.greeting_for_carrier, name="greeting"),
    path("calls/recordings/<int:pk>/audio/", sounds.recording_audio, name="recording_audio"),
    path("calls/<int:pk>/why/", why.call_why, name="call_why"),
    path("settings/phone-numbers/carrier/", carrier.carrier_settings, name="carrier"),
    path("settings/phone-numbers/carrier/check/", carrier.carrier_check, name="carrier_check"),
    path("settings/phone-numbers/carrier/fix/", carrier.carrier_fix, name="carrier_fix"),
    path("settings/phone-numbers/test-call/", include(test_call_patterns)),
]

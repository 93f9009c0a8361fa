from django.urls import path

from telephony.views import carrier

app_name = "telephony"
urlpatterns = [
    path("settings/phone-numbers/carrier/", carrier.carrier_settings, name="carrier"),
    path("settings/phone-numbers/carrier/check/", carrier.carrier_check, name="carrier_check"),
    path("settings/phone-numbers/carrier/fix/", carrier.carrier_fix, name="carrier_fix"),
]

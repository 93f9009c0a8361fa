from django.urls import path

from aesthetix.practices.views import business_profile, security, sign_in, staff

app_name = "practices"
urlpatterns = [
    path("account/security/", security.security, name="security"),
    path("account/security/sessions/<int:pk>/end/", security.session_end, name="session_end"),
    path("account/security/sessions/end/", security.sessions_end, name="sessions_end"),
    path("accounts/second-factor/", security.second_factor, name="second_factor"),
    path("settings/sign-in/", sign_in.sign_in, name="sign_in"),
    path("settings/business-profile/", business_profile.business_profile, name="business_profile"),
    path("settings/business-profile/hours/", business_profile.hours_save, name="hours_save"),
    path("settings/business-profile/holidays/", business_profile.holiday_add, name="holiday_add"),
    path("settings/business-profile/holidays/<int:pk>/remove/", business_profile.holiday_remove, name="holiday_remove"),
    path("settings/staff/", staff.staff_list, name="staff"),
    path("settings/staff/add/", staff.staff_add, name="staff_add"),
    path("settings/staff/<int:pk>/", staff.staff_edit, name="staff_edit"),
    path("settings/staff/<int:pk>/person/", staff.staff_person, name="staff_person"),
    path("settings/staff/<int:pk>/welcome/", staff.staff_welcome, name="staff_welcome"),
    path("settings/staff/<int:pk>/second-factor/", staff.staff_factor_reset, name="staff_factor_reset"),
    path("settings/staff/<int:pk>/leave/", staff.staff_leave, name="staff_leave"),
]

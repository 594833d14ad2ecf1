"""Addresses of signing in and out and of one's own account. Of django-allauth's own only these are there.

Those that begin with account_, mfa_ and openid_connect_ have the names by which django-allauth finds them again.
"""

from django.urls import path

from clockstop.accounts import account_views, open_id_views, views

urlpatterns = [
    path("sign-in", views.sign_in, name="sign_in"),
    path("sign-in", views.sign_in, name="account_login"),
    path("sign-in/code", views.enter_code, name="mfa_authenticate"),
    path("sign-in/openid", open_id_views.begin_open_id, name="openid_connect_login"),
    path("sign-in/openid/callback", open_id_views.finish_open_id, name="openid_connect_callback"),
    path("sign-out", views.sign_out, name="sign_out"),
    path("account", account_views.show_account, name="show_account"),
    path("account", account_views.show_account, name="mfa_index"),
    path("account/password", account_views.update_password, name="update_password"),
    path("account/sign-ins/end", account_views.end_sign_ins, name="end_sign_ins"),
    path("account/kept", account_views.show_kept_text, name="show_kept_text"),
    path("account/confirm", account_views.confirm, name="account_reauthenticate"),
    path("account/confirm/code", account_views.confirm_by_code, name="mfa_reauthenticate"),
    path("account/second-factor/add", account_views.add_second_factor, name="mfa_activate_totp"),
    path("account/second-factor/remove", account_views.remove_second_factor, name="mfa_deactivate_totp"),
    path("account/second-factor/codes", account_views.show_recovery_codes, name="mfa_view_recovery_codes"),
    path("account/second-factor/codes/new", account_views.add_recovery_codes, name="mfa_generate_recovery_codes"),
]

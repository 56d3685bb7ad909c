"""URLs of accounts: login, account center, inbox."""

from django.urls import path

from accounts.views import account, home, login, mobile_number, notifications, password

app_name = "accounts"
urlpatterns = [
    path("accounts/login/", login.login, name="login"),
    path("accounts/logout/", login.logout, name="logout"),
    path("accounts/language/", home.language, name="language"),
    path("accounts/password-reset/", password.password_reset, name="password_reset"),
    path("accounts/password-reset/sent/", password.password_reset_done, name="password_reset_done"),
    path("accounts/set-password/<uidb64>/<token>/", password.password_reset_confirm, name="password_reset_confirm"),
    path("theme/", home.theme, name="theme"),
    path("account/", account.account, name="account"),
    path("account/currency/", account.currency, name="currency"),
    path("account/password/", password.password_change, name="password_change"),
    path("account/mobile-number/", mobile_number.mobile_number, name="mobile_number"),
    path("account/mobile-number/code/", mobile_number.mobile_number_code, name="mobile_number_code"),
    path("account/mobile-number/code/resend/", mobile_number.mobile_number_resend, name="mobile_number_resend"),
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/read/", notifications.mark_all_read, name="mark_all_read"),
    path("brand.css", home.brand_css, name="brand_css"),
    path("brand.svg", home.brand_mark, name="brand_mark"),
]

"""URLs of the demo, under /demo/. They do not exist without DEMO."""

from django.urls import path

from portal.demo import views

app_name = "demo"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("messages/", views.messages, name="messages"),
]

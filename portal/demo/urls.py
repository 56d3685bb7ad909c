"""URLs of the demo, under /demo/. They do not exist without DEMO."""

from django.urls import path

from portal.demo import views

app_name = "demo"
urlpatterns = [path("messages/", views.messages, name="messages")]

"""What is around the content of every page: branding, navigation and the data of the bar."""

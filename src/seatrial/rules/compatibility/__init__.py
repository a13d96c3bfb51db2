"""Whether the application that is running goes on working while and after the release is deployed."""

"""What statements did beside what they say, and what they will do when somebody calls what they made."""

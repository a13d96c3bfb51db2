"""What samples come to, and what that says of a release: pure functions over records, without a clock or a database."""

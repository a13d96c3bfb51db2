"""What became of waivers."""

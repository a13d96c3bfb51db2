"""What a release takes away that cannot be got back."""

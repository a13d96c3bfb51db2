"""What users reach by another way than the table itself: views, functions, keys, publications, secrets in the open."""

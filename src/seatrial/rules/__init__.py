"""What can be judged on the files alone: pure rules, each of them two files, `CODE_name.py` and `CODE_name.md`.

A rule is found because its two files are there; nothing is registered anywhere else. A module whose name
does not begin with a code is reading that several rules share.
"""

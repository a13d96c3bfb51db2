"""What is wrong in the files, or in what a rehearsal of them has seen: pure rules, each of them two files.

A rule is found because `CODE_name.py` and `CODE_name.md` are there; nothing is registered anywhere else. A module
whose name does not begin with a code is reading that several rules share.
"""

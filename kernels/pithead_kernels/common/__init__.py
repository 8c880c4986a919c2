"""Hash functions that algorithms share: a lane template (NAME.h) and a reference in the specification's words (NAME.py) of each."""

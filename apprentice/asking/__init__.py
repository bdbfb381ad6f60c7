"""Requests: find skills, plan the steps, make what is missing, run behind the wall, answer in plain words."""

"""Telling people and programs what changed: who is to be called, in what words, and messages that reach their receivers at least once."""

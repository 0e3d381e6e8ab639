"""Nouns that two or more services need; knows no WeChat and no service."""

"""Layers that read a sequence step by step and carry a state along."""

"""Each primitive by itself, forward and backward: ours, textbook NumPy, PyTorch; each in a process of its own."""

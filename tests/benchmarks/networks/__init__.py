"""Training steps of the GPT, of LeNet-5 and of an LSTM: ours, by hand in NumPy, in PyTorch and in JAX."""

"""What keeps a network from fitting the noise of its training examples."""

"""How densities, likelihoods and expectations are written."""

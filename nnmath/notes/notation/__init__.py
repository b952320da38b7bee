"""What a way of writing means, one a module, in groups: each changes trees; `naming` applies most, in their order."""

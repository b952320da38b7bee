"""What a way of writing means, one a module: each changes trees; `naming` applies most of them, in their order."""

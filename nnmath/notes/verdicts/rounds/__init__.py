"""What a file is judged again for: names that nobody defines, solutions, predictions."""

"""What is one name: letters with what stands above them, bold ones, words, primes."""

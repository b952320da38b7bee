"""What is wrong with a wrong gradient: each module knows a kind of mistake by the pattern it leaves."""

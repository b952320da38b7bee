"""What statements do: define, claim, assign; those of the text and of annotations; which sides are left out."""

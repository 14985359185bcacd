"""Hot plates: single plates that a person enters (Policy 426.6.5)."""

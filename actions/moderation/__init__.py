"""Acting on somebody who breaks the rules, everywhere at once, and taking it back."""

"""The month as one page of HTML: self-contained, printable, readable on a telephone, without scripts."""

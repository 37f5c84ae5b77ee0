"""The demo practice: invented people, real-looking work, every kind of mess, made from a seed."""

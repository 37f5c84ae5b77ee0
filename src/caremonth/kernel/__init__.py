"""The pure part: tables in, tables out. No web, no clock, no network."""

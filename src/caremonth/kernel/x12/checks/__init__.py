"""The checks of an X12 file, one idea a file; `caremonth.kernel.x12.check` runs them."""

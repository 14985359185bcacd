"""Networks that ship, as a user network directory of EasyOCR; files here stand alone."""

"""Exports: reports with pictures, tables for other programs, and SAMP messages to them."""

"""Light curves with the original header cards of each product (``headers/``), and made-up numbers."""

from pathlib import Path

import numpy as np
from astropy.io import fits

HEADERS = Path(__file__).parent / "headers"
SAMPLES = 400


def cards(product):
    """The file's name, and the header cards of each HDU."""
    first, *lines = (HEADERS / f"{product}.txt").read_text().splitlines()
    hdus = []
    for line in lines:
        if line == "hdu":
            hdus.append([])
        else:
            hdus[-1].append(line)
    return first.removeprefix("file "), hdus


def build(product, folder, columns, *, samples=SAMPLES, drop=(), **changed):
    """Write a file of a product.

    Parameters
    ----------
    columns : mapping
        Values by name, upper or lower case; numbers are repeated, and what is not given is 0 or empty.
    drop : tuple of str
        Keywords and columns to leave out.
    **changed
        Keywords with other values.
    """
    name, (primary, *tables) = cards(product)
    values = {key.upper(): value for key, value in columns.items()}
    made = fits.HDUList([fits.PrimaryHDU(header=_header(primary, drop, changed))])
    for table in tables:
        header = _header(table, drop, changed)
        described = []
        for i in range(1, 200):
            if (column := header.get(f"TTYPE{i}")) is None or column in drop:
                continue
            form = header[f"TFORM{i}"].strip()
            value = values.get(f"{header.get('EXTNAME', '')}.{column}".upper(), values.get(column.upper()))
            array = _array(form, value, samples)
            described.append(fits.Column(column, form, unit=header.get(f"TUNIT{i}"), array=array))
        hdu = fits.BinTableHDU.from_columns(described, name=header.get("EXTNAME", ""))
        for card in header.cards:
            if not card.keyword.startswith(("TTYPE", "TFORM", "TUNIT", "TNULL", "EXTNAME")):
                hdu.header[card.keyword] = card.value
        made.append(hdu)
    path = folder / name
    made.writeto(path, overwrite=True, output_verify="ignore")
    return path


def _array(form, value, samples):
    if form.endswith("A"):
        return np.broadcast_to(np.asarray("G" if value is None else value), samples)
    return np.broadcast_to(np.asarray(0 if value is None else value, dtype=float), samples)


def _header(lines, drop, changed):
    header = fits.Header.fromstring("\n".join(lines), sep="\n")
    for key in drop:
        header.remove(key, ignore_missing=True)
    for key, value in changed.items():
        if key in header:
            header[key] = value
    return header

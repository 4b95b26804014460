"""The two basic classes: `LightCurve`, and the `Target` it belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from clara_engine.errors import UnreadableLightCurve
from clara_engine.groups import Group
from clara_engine.notebook_table import notebook_table

if TYPE_CHECKING:
    import lightkurve

__all__ = ["BTJD_ZERO", "LightCurve", "Target", "sector_word", "star_and_sector_of", "star_of"]

Float = NDArray[np.float64]
NAN = float("nan")
#: BTJD = BJD - 2457000 [days].
BTJD_ZERO = 2457000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A star as one product observed it in one sector.

    Attributes
    ----------
    tic : int
        Number of the star in its `catalogue`; negative for synthetic curves, which belong to no star.
    sector : int
        Observing sector, 0 when there is none.
    cadence_s : float
        Seconds between samples.
    product : str
        Pipeline that made the light curve, e.g. ``"SPOC"``.
    tmag, teff, radius, logg : float
        TESS magnitude [mag], effective temperature [K], radius [solar radii], surface gravity [log10 cm/s²].
    ra, dec, pmra, pmdec : float
        ICRS position [deg] and proper motion [mas/yr].
    simulated : bool
        True when the light curve is not an observation.
    catalogue : {"TIC", "KIC", "EPIC"}
        Which catalogue the number is of: the input catalogues of TESS, Kepler and K2. Equal numbers of two catalogues
        are two stars.
    procver : str
        Version of the pipeline as the file gives it, e.g. ``"spoc-4.0.36-20200520"``; empty where it gives none.
    data_release : int or None
        Number of the data release, where the archive counts them.
    crowdsap : float
        Share of the flux in the aperture that is the star's own, 0 to 1.
    camera, ccd : int or None
        Where on the detectors of TESS the star fell, 1 to 4 each.
    part : str
        What tells it from an earlier light curve of the same star, sector, product and cadence: the date of its first
        sample (``"20100720"``: a month of Kepler's short cadence) or its data release (``"dr38"``). Given when it is
        registered; mostly empty.

    Unknown numbers are NaN; integers, None.
    """

    tic: int
    sector: int = 0
    cadence_s: float = 120.0
    product: str = "SPOC"
    tmag: float = NAN
    teff: float = NAN
    radius: float = NAN
    logg: float = NAN
    ra: float = NAN
    dec: float = NAN
    pmra: float = NAN
    pmdec: float = NAN
    simulated: bool = False
    catalogue: str = "TIC"
    procver: str = ""
    data_release: int | None = None
    crowdsap: float = NAN
    camera: int | None = None
    ccd: int | None = None
    part: str = ""

    @property
    def id(self) -> str:
        """The key of every join, unique for a star, sector, product and cadence: ``261136679-s0001-SPOC-120``.

        A number that is not of the TESS Input Catalog has its catalogue before it: ``KIC757076-s0005-Kepler-1765``.
        A `part` comes last: ``KIC11446443-s0005-Kepler-59-20100720``.
        """
        prefix = "" if self.catalogue == "TIC" else self.catalogue
        last = f"-{self.part}" if self.part else ""
        return f"{prefix}{self.tic}-s{self.sector:04d}-{self.product}-{round(self.cadence_s)}{last}"

    @property
    def star(self) -> str:
        """Whose light curve this is, whatever the sector, product and cadence: ``TIC 261136679``."""
        return f"{self.catalogue} {self.tic}"

    @property
    def group(self) -> Group:
        """Which light curves it may be ranked with."""
        return Group.of(self)

    @property
    def name(self) -> str:
        """What a person calls the star."""
        return f"{'SIM' if self.simulated else self.catalogue} {self.tic}"


def star_of(target_id: str) -> str:
    """`Target.star` of a `Target.id`.

    Raises
    ------
    ValueError
        When it is no id of a target.

    Examples
    --------
    >>> star_of(Target(tic=261136679, sector=1).id)
    'TIC 261136679'
    """
    return star_and_sector_of(target_id)[0]


def star_and_sector_of(target_id: str) -> tuple[str, int]:
    """`Target.star` and the sector of a `Target.id`; `ValueError` when it is none."""
    found = re.match(r"([A-Z]*)(-?\d+)-s(\d+)-", target_id)
    if found is None:
        raise ValueError(f"{target_id!r} is no id of a target")
    return f"{found[1] or 'TIC'} {found[2]}", int(found[3])


def sector_word(star: str) -> str:
    """What the mission that a star is named after calls a sector: TESS has sectors, Kepler quarters, K2 campaigns.

    Examples
    --------
    >>> sector_word("KIC 9832227")
    'quarter'
    """
    return {"KIC": "quarter", "EPIC": "campaign"}.get(star.partition(" ")[0], "sector")


def _frozen(values: ArrayLike, dtype: Any = np.float64) -> NDArray[Any]:
    if type(values) is np.ndarray and values.dtype == dtype and values.flags.owndata and not values.flags.writeable:
        return values  # it is read-only already, so it needs no copy
    array = np.array(values, dtype=dtype)
    array.setflags(write=False)
    return array


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LightCurve:
    """Brightness of one target against time. Immutable; arrays are read-only.

    Attributes
    ----------
    time : ndarray of float64, shape (n,)
        BTJD = BJD - 2457000 [days].
    flux, flux_err : ndarray of float64, shape (n,)
        In `flux_unit`; `flux_err` is NaN where the product has none.
    quality : ndarray of int32, shape (n,)
        Bit flags of the product, 0 where all is well.
    centroid_column, centroid_row : ndarray of float64, shape (n,), or None
        Flux-weighted centroids [pixel].
    target : Target
    flux_unit : str
        ``"e-/s"``, or ``"relative"`` when 1 is the quiet star.
    notes : tuple of str
        What a person should know of how the file was read, a line each.

    Samples whose time or flux is NaN are kept: readers lose nothing, and whoever needs finite samples calls `finite`.
    """

    time: Float
    flux: Float
    target: Target
    flux_err: Float = field(default=None)  # type: ignore[assignment,arg-type]
    quality: NDArray[np.int32] = field(default=None)  # type: ignore[assignment,arg-type]
    centroid_column: Float | None = None
    centroid_row: Float | None = None
    flux_unit: str = "e-/s"
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        size = np.size(self.time)
        given: dict[str, Any] = {
            "time": self.time,
            "flux": self.flux,
            "flux_err": np.full(size, np.nan) if self.flux_err is None else self.flux_err,
            "quality": np.zeros(size, np.int32) if self.quality is None else self.quality,
            "centroid_column": self.centroid_column,
            "centroid_row": self.centroid_row,
        }
        for name, values in given.items():
            if values is None:
                continue
            array = _frozen(values, np.int32 if name == "quality" else np.float64)
            if array.shape != (size,):
                raise UnreadableLightCurve(f"{name} has shape {array.shape}, time has ({size},)")
            object.__setattr__(self, name, array)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        target = self.target
        known = {"T": (target.tmag, "mag"), "Teff": (target.teff, "K"), "cadence": (target.cadence_s, "s")}
        stellar = {name: f"{value:.4g} {unit}" for name, (value, unit) in known.items() if np.isfinite(value)}
        good = int((np.isfinite(self.time) & np.isfinite(self.flux) & (self.quality == 0)).sum())
        facts = {
            "light curve": target.id,
            "samples": f"{len(self):,}, {good:,} of them finite and without a flag",
            "span": f"{self.span_days:.2f} d" if good else "",
            "flux": self.flux_unit,
            **stellar,
            "notes": "; ".join(self.notes),
        }
        return notebook_table(f"{target.star}, simulated" if target.simulated else target.star, facts)

    def __len__(self) -> int:
        return int(self.time.size)

    @property
    def span_days(self) -> float:
        """Days between the first and the last finite time; 0 when there are none."""
        finite = self.time[np.isfinite(self.time)]
        return float(np.ptp(finite)) if finite.size else 0.0

    def select(self, mask: NDArray[np.bool_] | slice) -> LightCurve:
        """The samples that `mask` picks, with everything that belongs to them."""
        columns = ("time", "flux", "flux_err", "quality", "centroid_column", "centroid_row")
        picked: dict[str, Any] = {
            name: None if (values := getattr(self, name)) is None else values[mask] for name in columns
        }
        return replace(self, **picked)

    def finite(self) -> LightCurve:
        """The samples whose time and flux are both finite; itself where all are."""
        usable = np.isfinite(self.time) & np.isfinite(self.flux)
        return self if usable.all() else self.select(usable)

    def with_flux(self, flux: ArrayLike, flux_unit: str | None = None) -> LightCurve:
        """The same samples with another flux of the same length.

        Parameters
        ----------
        flux : array_like
            Shape (n,), in `flux_unit`.
        flux_unit : str, optional
            By default that of this light curve.

        Returns
        -------
        LightCurve
            Times, errors, flags and target are the same objects.
        """
        return replace(self, flux=np.asarray(flux), flux_unit=flux_unit or self.flux_unit)

    def to_lightkurve(self) -> lightkurve.LightCurve:
        """Convert to `lightkurve.LightCurve`; target facts go to its ``meta``."""
        import astropy.units as u
        import lightkurve as lk
        from astropy.time import Time

        unit = u.electron / u.s if self.flux_unit == "e-/s" else u.dimensionless_unscaled
        curve = lk.LightCurve(
            time=Time(self.time[np.isfinite(self.time)], format="btjd", scale="tdb"),
            flux=self.flux[np.isfinite(self.time)] * unit,
            flux_err=self.flux_err[np.isfinite(self.time)] * unit,
        )
        curve["quality"] = self.quality[np.isfinite(self.time)]
        if self.centroid_column is not None and self.centroid_row is not None:
            curve["centroid_col"] = self.centroid_column[np.isfinite(self.time)] * u.pixel
            curve["centroid_row"] = self.centroid_row[np.isfinite(self.time)] * u.pixel
        target = self.target
        curve.meta.update(
            LABEL=target.name,
            TICID=target.tic,
            CATALOG=target.catalogue,
            SECTOR=target.sector,
            TESSMAG=target.tmag,
            TEFF=target.teff,
            RADIUS=target.radius,
            LOGG=target.logg,
            RA=target.ra,
            DEC=target.dec,
            PMRA=target.pmra,
            PMDEC=target.pmdec,
            PRODUCT=target.product,
            CADENCE=target.cadence_s,
            SIMDATA=target.simulated,
            PROCVER=target.procver,
            DATA_REL=target.data_release,
            CROWDSAP=target.crowdsap,
            CAMERA=target.camera,
            CCD=target.ccd,
        )
        return curve

    @classmethod
    def from_lightkurve(cls, curve: lightkurve.LightCurve) -> LightCurve:
        """Convert from `lightkurve.LightCurve`; times become BTJD, masked samples NaN."""

        def plain(values: Any) -> Float:
            values = getattr(values, "value", values)
            return np.asarray(np.ma.filled(np.ma.asarray(values, dtype=np.float64), np.nan))

        meta = curve.meta
        names = {"TESSMAG": "tmag", "TEFF": "teff", "RADIUS": "radius", "LOGG": "logg", "RA": "ra", "RA_OBJ": "ra"}
        names |= {"DEC": "dec", "DEC_OBJ": "dec", "PMRA": "pmra", "PMDEC": "pmdec", "CROWDSAP": "crowdsap"}
        facts: dict[str, Any] = {
            ours: float(meta[theirs]) for theirs, ours in names.items() if meta.get(theirs) is not None
        }
        whole = {"DATA_REL": "data_release", "CAMERA": "camera", "CCD": "ccd"}
        facts |= {ours: int(meta[theirs]) for theirs, ours in whole.items() if meta.get(theirs) is not None}
        time = np.asarray(curve.time.tdb.jd - BTJD_ZERO if curve.time.format != "btjd" else curve.time.value)
        step = np.diff(time[np.isfinite(time)])
        cadence = float(meta.get("CADENCE") or (np.median(step) * 86400 if step.size else NAN))
        tic = meta.get("TICID") or meta.get("TARGETID") or meta.get("KEPLERID") or 0
        kepler = {"KEPLER": "KIC", "K2": "EPIC"}.get(str(meta.get("MISSION") or "").upper(), "TIC")
        unit = str(getattr(curve.flux, "unit", ""))
        columns = curve.colnames
        return cls(
            time=time,
            flux=plain(curve.flux),
            flux_err=plain(curve.flux_err),
            quality=np.asarray(curve["quality"], np.int32) if "quality" in columns else None,  # type: ignore[arg-type]
            centroid_column=plain(curve["centroid_col"]) if "centroid_col" in columns else None,
            centroid_row=plain(curve["centroid_row"]) if "centroid_row" in columns else None,
            target=Target(
                tic=int(tic),
                sector=int(meta.get("SECTOR") or 0),
                cadence_s=cadence,
                product=str(meta.get("PRODUCT") or meta.get("AUTHOR") or "lightkurve"),
                simulated=bool(meta.get("SIMDATA", False)),
                catalogue=str(meta.get("CATALOG") or kepler),
                procver=str(meta.get("PROCVER") or ""),
                **facts,
            ),
            flux_unit="relative" if unit in ("", "None") else "e-/s",
        )

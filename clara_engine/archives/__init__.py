"""Archives: MAST, NASA Exoplanet Archive, ExoFOP, SIMBAD and Gaia; and the manifest of what data there is."""

from clara_engine.archives.download import Download, Downloaded, download
from clara_engine.archives.manifest import Archive, archives, sectors, sources, target_list, target_lists

__all__ = [
    "Archive",
    "Download",
    "Downloaded",
    "archives",
    "download",
    "sectors",
    "sources",
    "target_list",
    "target_lists",
]

"""Metadata of a bundle as an RO-Crate, for archives: which files there are, and which program made them of what.

RO-Crate 1.2 (https://w3id.org/ro/crate/1.2) with the profile Process Run Crate 0.5
(https://w3id.org/ro/wfrun/process/0.5): one run of one program, with the libraries that it used.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from clara_engine.text import counted

if TYPE_CHECKING:
    from clara_engine.store.runs import Run

__all__ = ["METADATA", "Part", "ro_crate"]

METADATA = "ro-crate-metadata.json"
CRATE = "https://w3id.org/ro/crate/1.2"
PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
PROGRAM = "https://github.com/googleboy-byte/CLARA"
PAPER = "https://arxiv.org/abs/2508.04722"
NO_LICENSE = "#license"
ACTION = "#run"


@dataclass(frozen=True, slots=True)
class Part:
    """A file of a bundle.

    Attributes
    ----------
    name : str
    words : str
        What it holds.
    kind : str
        Its media type.
    content : bytes
    input : bool
        Whether the run was made from it; else it came from the run.
    """

    name: str
    words: str
    kind: str
    content: bytes
    input: bool = False


def ro_crate(run: Run, parts: Sequence[Part], digests: Mapping[str, str], *, license_url: str = "") -> str:
    """The metadata file of a bundle, as JSON-LD.

    Parameters
    ----------
    run : Run
        Its time is that of the bundle.
    parts : sequence of Part
    digests : mapping of str to str
        SHA-256 of each part by its name.
    license_url : str
        Under which the bundle is passed on; without it the file says that none has been chosen.
    """
    made = datetime.fromtimestamp(run.created, UTC).isoformat(timespec="seconds")
    packages = [name for name in run.versions if name != "clara-astro"]
    files = [
        {
            "@id": part.name,
            "@type": "File",
            "name": part.name,
            "description": part.words,
            "encodingFormat": part.kind,
            "contentSize": str(len(part.content)),
            "sha256": digests[part.name],
        }
        for part in parts
    ]
    choice: dict[str, Any] = {"@id": license_url or NO_LICENSE, "@type": "CreativeWork"}
    choice |= {
        "name": license_url or "No licence chosen yet",
        "description": "The licence of this bundle." if license_url else "Whoever publishes this bundle chooses one.",
    }
    program = {
        "@id": PROGRAM,
        "@type": "SoftwareApplication",
        "name": "CLARA",
        "url": PROGRAM,
        "softwareVersion": run.versions.get("clara-astro", "unknown"),
        "softwareRequirements": [_to(f"#{name}") for name in packages],
        "citation": _to(PAPER),
    }
    libraries = [
        {
            "@id": f"#{name}",
            "@type": "SoftwareApplication",
            "name": name,
            "softwareVersion": run.versions[name],
            "url": f"https://pypi.org/project/{name}/",
        }
        for name in packages
    ]
    action = {
        "@id": ACTION,
        "@type": "CreateAction",
        "name": f"run {run.id}: {run.name}",
        "description": f"{run.spec.variant}, features {run.spec.feature_set}, seed {run.spec.seed}",
        "endTime": made,
        "instrument": _to(PROGRAM),
        "object": [_to(part.name) for part in parts if part.input],
        "result": [_to(part.name) for part in parts if not part.input],
        "actionStatus": _to("http://schema.org/CompletedActionStatus"),
    }
    root = {
        "@id": "./",
        "@type": "Dataset",
        "conformsTo": _to(PROFILE),
        "name": f"CLARA run {run.name}",
        "description": (
            f"Scores of {counted(run.targets, 'light curve')} by an unsupervised random forest that {run.trained:,} of "
            "them trained, with all that fixed them."
        ),
        "datePublished": made,
        "license": _to(str(choice["@id"])),
        "hasPart": [_to(part.name) for part in parts],
        "mentions": _to(ACTION),
    }
    graph = [
        {"@id": METADATA, "@type": "CreativeWork", "conformsTo": _to(CRATE), "about": _to("./")},
        root,
        {"@id": PROFILE, "@type": ["CreativeWork", "Profile"], "name": "Process Run Crate", "version": "0.5"},
        choice,
        program,
        *libraries,
        {"@id": PAPER, "@type": "ScholarlyArticle", "name": "The paper of the method", "url": PAPER},
        action,
        *files,
    ]
    context = [f"{CRATE}/context", "https://w3id.org/ro/terms/workflow-run/context"]
    return json.dumps({"@context": context, "@graph": graph}, indent=1, ensure_ascii=False)


def _to(name: str) -> dict[str, str]:
    return {"@id": name}

"""The metadata of a bundle meets what RO-Crate 1.2 and Process Run Crate 0.5 ask for."""

import json
from datetime import datetime

import pytest

from clara_engine.report.bundle import bundle
from clara_engine.report.ro_crate import CRATE, METADATA, PROFILE, Part, ro_crate


@pytest.fixture(scope="module")
def graph(trained):
    made = bundle(trained, trained.runs.get("small"))
    document = json.loads(made.files[METADATA])
    assert document["@context"][0] == f"{CRATE}/context"
    entities = document["@graph"]
    assert len({one["@id"] for one in entities}) == len(entities)
    return {one["@id"]: one for one in entities}, made


def of(value):
    return [one["@id"] for one in (value if isinstance(value, list) else [value])]


def test_the_descriptor_and_the_root_have_what_must_be_there(graph):
    entities, made = graph
    descriptor, root = entities[METADATA], entities["./"]
    assert descriptor["@type"] == "CreativeWork"
    assert (of(descriptor["about"]), of(descriptor["conformsTo"])) == (["./"], [CRATE])
    assert root["@type"] == "Dataset"
    assert of(root["conformsTo"]) == [PROFILE]
    assert all(root[name] for name in ("name", "description", "license"))
    assert datetime.fromisoformat(root["datePublished"]).tzinfo is not None
    assert set(of(root["hasPart"])) == set(made.files) - {METADATA, "checksums.sha256"}


def test_every_file_is_described_and_every_reference_leads_somewhere(graph):
    entities, made = graph
    for name in of(entities["./"]["hasPart"]):
        assert entities[name]["@type"] == "File"
        assert entities[name]["contentSize"] == str(len(made.files[name]))
        assert f"{entities[name]['sha256']}  {name}" in made.files["checksums.sha256"].decode().splitlines()
    known = set(entities) | {CRATE, "http://schema.org/CompletedActionStatus"}
    for one in entities.values():
        assert set(one) >= {"@id", "@type"}
        for value in one.values():
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, dict):  # flattened: nothing but a reference
                    assert set(each) == {"@id"}
                    assert each["@id"] in known


def test_the_action_says_which_program_made_what_of_what(graph, trained):
    entities, _ = graph
    run = trained.runs.get("small")
    (action,) = (one for one in entities.values() if one["@type"] == "CreateAction")
    assert of(entities["./"]["mentions"]) == [action["@id"]]
    program = entities[of(action["instrument"])[0]]
    assert program["softwareVersion"] == run.versions["clara-astro"]
    assert {entities[name]["name"] for name in of(program["softwareRequirements"])} == set(run.versions) - {
        "clara-astro"
    }
    assert set(of(action["object"])) == {"design.toml", "light_curves.csv"}
    assert "scores.csv" in of(action["result"])


def test_a_licence_that_is_chosen_is_named(trained):
    part = Part("a.csv", "numbers", "text/csv", b"")
    address = "https://spdx.org/licenses/CC-BY-4.0"
    text = ro_crate(trained.runs.get("small"), [part], {"a.csv": "0"}, license_url=address)
    entities = {one["@id"]: one for one in json.loads(text)["@graph"]}
    assert of(entities["./"]["license"]) == [address]
    assert entities[address]["@type"] == "CreativeWork"

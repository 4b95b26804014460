"""Reports of larger work."""

from clara_engine.progress import Step, quiet, silent


class Heard:
    def __init__(self):
        self.said = []

    def stage(self, name, step=None):
        self.said.append(name)

    def __call__(self, done, total):
        self.said.append((done, total))


def test_a_step_names_its_stages_after_itself():
    heard = Heard()
    step = Step(Step(heard, "run 2 of 3"), "features")
    step.stage("reading")
    step(1, 4)
    assert heard.said == ["run 2 of 3: features: reading", (1, 4)]


def test_nobody_needs_to_listen():
    quiet.stage("reading")
    quiet(1, 2)
    silent(1, 2)

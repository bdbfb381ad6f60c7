"""Imports hypothesis and has it make its tables, so that no worker has to. Imported in the fork server alone."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, configuration, given, settings
from hypothesis import strategies as st


def warm_up() -> None:
    """Run a property that holds of everything, without a trace on disk."""
    configuration.set_hypothesis_home_dir(os.path.join(os.devnull, "nowhere"))
    made = st.lists(st.one_of(st.text(alphabet="ab"), st.sampled_from([1]), st.integers(0, 9).map(str)))

    @settings(
        database=None,
        derandomize=True,
        deadline=None,
        max_examples=12,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(st.tuples(made, st.dictionaries(st.booleans(), st.floats(0, 1))))
    def run(values: object) -> None:
        """Every value will do."""

    try:
        run()
    finally:
        configuration.set_hypothesis_home_dir(None)

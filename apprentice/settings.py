"""Every knob, typed, in one place.

Values come, in rising order, from the constants in `autonomous_agent.py`, a `.env` file in the current folder, the
environment (`AGENT_<NAME>`), and arguments. `OLLAMA_HOST` is read as Ollama itself reads it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import AliasChoices, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from apprentice.errors import UsageError

Role = Literal["planner", "coder", "tester", "analyst"]
#: What can be left out of the ladder of proof and of the search, to measure what it brings.
Part = Literal[
    "comparison",
    "seeding",
    "tests",
    "mutants",
    "properties",
    "agreed",
    "steady",
    "hard_coded",
    "mending",
    "repair",
    "traces",
    "variety",
    "parallel",
    "direct",
]


class Settings(BaseSettings):
    """The settings of one agent. Frozen: a changed setting is a new agent."""

    model_config = SettingsConfigDict(
        env_prefix="AGENT_",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
    )

    workspace: Path = Field(
        Path("agent_workspace"), description="Folder that holds all that the agent keeps."
    )

    tools: Path | None = Field(
        None,
        description="Your tools: a folder, or a YAML or JSON file, read at start; default: tools in the workspace.",
    )

    # Models
    model: str = Field("", description="Model: a name for Ollama, or embedded, scripted:FILE, openai:NAME, …")
    default_model: str = Field("qwen3-coder", description="Ollama model used when none is set.")
    planner_model: str = Field("", description="Model of the planner; empty: the same as model.")
    coder_model: str = Field("", description="Model of the coder; empty: the same as model.")
    tester_model: str = Field("", description="Model of the tester; empty: the same as model.")
    analyst_model: str = Field("", description="Model of the analyst; empty: the same as model.")
    ollama_host: str = Field(
        "",
        validation_alias=AliasChoices("OLLAMA_HOST", "ollama_host"),
        description="Ollama server, as Ollama reads it.",
    )
    profile: Literal["auto", "large", "small"] = Field(
        "auto",
        description="Prompts and calls: small for models under 3 billion parameters; auto chooses by size.",
    )
    num_ctx: int | None = Field(
        None, ge=512, description="Context used, in tokens; default by model (32768, 8192, 4096)."
    )
    max_num_ctx: int = Field(32768, ge=512, description="Upper limit for the context used, in tokens.")
    num_predict: int = Field(4096, ge=16, description="Longest reply, in tokens.")
    keep_alive: str = Field("30m", description="How long Ollama keeps the model loaded, in its notation.")
    thinking: bool = Field(False, description="Let models that can think do so before they answer.")
    ollama_parallel: int = Field(
        1,
        ge=1,
        le=64,
        validation_alias=AliasChoices("AGENT_OLLAMA_PARALLEL", "OLLAMA_NUM_PARALLEL", "ollama_parallel"),
        description="Requests sent to the model server at the same time, also for several modules at once; else as many as "
        "OLLAMA_NUM_PARALLEL tells.",
    )
    connect_timeout: float = Field(5.0, gt=0, description="Seconds to reach the model server.")
    first_token_timeout: float = Field(
        300.0, gt=0, description="Seconds until the first token, loading included."
    )
    silence_timeout: float = Field(60.0, gt=0, description="Seconds of silence allowed between two tokens.")
    call_timeout: float = Field(900.0, gt=0, description="Seconds for one whole model call.")
    model_retries: int = Field(
        2, ge=0, le=10, description="Further tries of a model call that failed in passing."
    )
    embedded_model: Path | None = Field(
        None, description="GGUF file for the embedded model; default: SmolLM2-135M."
    )
    embedding_model: str = Field(
        "auto",
        description="Model that compares meanings: a name on the Ollama server, minilm (in this process), none, or "
        "auto: one that the server has, else minilm if installed.",
    )
    embedded_threads: int | None = Field(
        None, ge=1, description="Threads of the embedded model; default: all cores."
    )

    # The budget of one skill
    max_iterations: int = Field(12, ge=1, le=1000, description="Iterations a skill may take.")
    max_tokens: int = Field(200_000, ge=1, description="Tokens (in and out) a skill may take.")
    max_seconds: float = Field(1800.0, gt=0, description="Seconds a skill may take.")
    max_replans: int = Field(
        2, ge=0, le=20, description="New plans of a request after one whose steps failed."
    )
    proof: Literal["basic", "standard", "strict"] = Field(
        "standard",
        description="What working means at least: basic: what the user gave and all tests hold; standard: and the "
        "votes of candidates, tests and mutants make it 97 percent likely; strict: 99 percent.",
    )
    repairs_per_attempt: int = Field(
        2, ge=0, le=100, description="Repairs of one attempt before a fresh one."
    )

    without: Annotated[tuple[Part, ...], NoDecode] = Field(
        (),
        description="Parts of the proof and of the search to leave out, to measure what they bring: "
        + ", ".join(get_args(Part))
        + ".",
    )

    # Lessons
    lessons: bool = Field(True, description="Show lessons of earlier runs to the model.")
    lesson_tokens: int = Field(
        400, ge=0, le=8000, description="Tokens of lessons in one prompt; small models get at most 120."
    )
    distill: bool = Field(
        False, description="Let the analyst word a new lesson, in one short call; else it is computed only."
    )

    # Runs of generated code
    execution_timeout: float = Field(
        15.0, gt=0, le=3600, description="Seconds a run of generated code may take."
    )
    max_memory_mb: int = Field(1024, ge=64, description="Memory a run may use, in MiB.")
    max_processes: int = Field(64, ge=1, description="Processes and threads a run may have.")
    max_open_files: int = Field(64, ge=16, description="Files a run may have open.")
    max_file_mb: int = Field(64, ge=1, description="Largest file a run may write, in MiB.")
    max_scratch_mb: int = Field(
        256, ge=1, description="All that a run may have in its folder together, in MiB."
    )
    max_scratch_files: int = Field(
        10_000, ge=16, description="Files and folders a run may have in its folder."
    )
    max_cpu_seconds: float = Field(
        0.0, ge=0, le=36000, description="Processor seconds a run may take; 0: as many as seconds."
    )
    container_image: str = Field(
        "", description="Image with Python for a container sandbox; empty: that of this Python's version."
    )
    unsafe_no_sandbox: bool = Field(
        False, description="Run generated code without a sandbox where none holds. Dangerous."
    )
    max_output_kb: int = Field(256, ge=1, description="Output of a run that is kept, in KiB; more is cut.")

    # Interfaces
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Level of logs/agent.jsonl."
    )
    color: Literal["auto", "always", "never"] = Field(
        "auto", description="Colours and spinner in the terminal."
    )
    dangerous_patterns: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Regular expressions that code must not match, added to the list in autonomous_agent.py; "
        "in the environment one a line.",
    )

    _constants: ClassVar[Mapping[str, Any]] = {}

    @field_validator("dangerous_patterns", mode="before")
    @classmethod
    def _one_a_line(cls, value: object) -> object:
        return tuple(line for line in value.splitlines() if line.strip()) if isinstance(value, str) else value

    @field_validator("ollama_parallel", mode="before")
    @classmethod
    def _at_least_one(cls, value: object) -> object:
        # For the server, 0 means that it chooses.
        return 1 if value in (0, "0") else value

    @field_validator("without", mode="before")
    @classmethod
    def _words(cls, value: object) -> object:
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator("workspace", "tools")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return None if value is None else Path(os.path.abspath(value.expanduser()))

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments over the environment over `.env`; the constants are defaults (see `load`)."""
        return init_settings, env_settings, dotenv_settings

    def model_for(self, role: Role) -> str:
        """The model set for a role; empty where the choice is left to the program."""
        chosen: str = getattr(self, f"{role}_model") or self.model
        return chosen


def load_settings(constants: Mapping[str, Any] | None = None, **arguments: Any) -> Settings:
    """Read the settings from constants, `.env`, environment and arguments, in rising order.

    Args:
        constants: defaults by setting name, from the constants at the top of `autonomous_agent.py`.
        arguments: settings by name; None means "not given".

    Raises:
        UsageError: a name isn't a setting, or a value doesn't fit; says which and why.
    """
    given = {name: value for name, value in arguments.items() if value is not None}
    unknown = sorted(set(given) - set(Settings.model_fields))
    if unknown:
        raise UsageError(
            f"There is no setting {unknown[0]!r}.",
            "The settings are: " + ", ".join(sorted(Settings.model_fields)) + ".",
        )
    try:
        from_environment = Settings(**given)
        missing = {
            name: value
            for name, value in (constants or {}).items()
            if name not in from_environment.model_fields_set
        }
        return Settings(**{**missing, **given}) if missing else from_environment
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "setting"
        variable = name if name.isupper() else f"AGENT_{name.upper()}"
        raise UsageError(
            f"The setting {name} can't be {first.get('input')!r}: {first['msg']}.",
            f"Correct it in the call, in {variable}, or in .env.",
        ) from None

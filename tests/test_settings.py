"""Where settings come from, which of them wins, and how a wrong one is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.settings import ModelSettings, Settings
from ingest.errors import InputError


def toml(text: str) -> None:
    Path("danchung.toml").write_text(text, encoding="utf-8")


def test_without_settings_there_is_no_model_and_the_library_is_here() -> None:
    assert Settings.load(environ={}) == Settings(Path(".danchung"), None, None)


def test_the_file_comes_before_the_default() -> None:
    toml('data_dir = "from-file"\nmodel = "small"\ncontext_window = 4096\n')

    settings = Settings.load(environ={})

    assert settings.data_dir == Path("from-file")
    assert settings.model == ModelSettings("small", context_window=4096)


def test_the_environment_comes_before_the_file() -> None:
    toml('data_dir = "from-file"\nmodel = "small"\ntimeout = 5\n')

    settings = Settings.load(environ={"DANCHUNG_DATA_DIR": "from-environment", "DANCHUNG_MODEL": "large"})

    assert settings.data_dir == Path("from-environment")
    assert settings.model == ModelSettings("large", timeout=5)


def test_the_argument_comes_first() -> None:
    toml('data_dir = "from-file"\n')

    settings = Settings.load("from-argument", environ={"DANCHUNG_DATA_DIR": "from-environment"})

    assert settings.data_dir == Path("from-argument")


def test_an_empty_variable_is_no_setting() -> None:
    toml('data_dir = "from-file"\n')

    assert Settings.load(environ={"DANCHUNG_DATA_DIR": ""}).data_dir == Path("from-file")


def test_the_process_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANCHUNG_MODEL", "small")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    monkeypatch.setenv("DANCHUNG_MODEL_TIMEOUT", "2.5")

    assert Settings.load().model == ModelSettings("small", "http://127.0.0.1:1/v1", "sk-test", 2.5)


def test_prices_are_read_with_their_currency() -> None:
    prices = {"DANCHUNG_MODEL_PRICE_IN": "2.5", "DANCHUNG_MODEL_PRICE_OUT": "0", "DANCHUNG_MODEL_CURRENCY": "EUR"}

    model = Settings.load(environ={"DANCHUNG_MODEL": "small", **prices}).model

    assert model == ModelSettings("small", price_in=2.5, price_out=0.0, currency="EUR")


def test_what_is_set_for_a_model_is_not_looked_at_where_none_is_named() -> None:
    assert Settings.load(environ={"DANCHUNG_MODEL_PRICE_IN": "2.5"}).model is None


def test_a_key_alone_names_no_model() -> None:
    environ = {"OPENAI_API_KEY": "sk-test", "OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}

    assert Settings.load(environ=environ).model is None


def test_a_home_folder_is_expanded() -> None:
    assert Settings.load("~/library", environ={}).data_dir == Path.home() / "library"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('modell = "small"', "unknown setting 'modell'"),
        ("this is not TOML", "cannot be read"),
        ("\x00", "cannot be read"),
        ("data_dir = 5", "data_dir must be text"),
        ("model = true", "model must be text"),
        ('model = "small"\napi_key = 5', "api_key must be text"),
        ('model = "small"\nbase_url = ["http://127.0.0.1"]', "base_url must be text"),
        ('model = "small"\ntimeout = "soon"', "DANCHUNG_MODEL_TIMEOUT must be a number, not 'soon'"),
        ('model = "small"\ntimeout = [1]', "DANCHUNG_MODEL_TIMEOUT must be a number"),
        ('model = "small"\ntimeout = true', "DANCHUNG_MODEL_TIMEOUT must be a number from"),
        ('model = "small"\ntimeout = nan', "DANCHUNG_MODEL_TIMEOUT must be a number from 0.1 to 3600, not nan"),
        ('model = "small"\ntimeout = 0', "DANCHUNG_MODEL_TIMEOUT must be a number from 0.1 to 3600, not 0"),
        ('model = "small"\ntimeout = 3601', "DANCHUNG_MODEL_TIMEOUT must be a number from 0.1 to 3600, not 3601"),
        ('model = "small"\ncontext_window = inf', "DANCHUNG_MODEL_CONTEXT must be a number from 1000 to 10000000"),
        ('model = "small"\ncontext_window = 999', "DANCHUNG_MODEL_CONTEXT must be a number from 1000 to 10000000"),
        ('model = "small"\nmax_output = -1', "DANCHUNG_MODEL_OUTPUT must be a number from 50 to 1000000, not -1"),
        (
            'model = "small"\nmax_output = 8000',
            "DANCHUNG_MODEL_OUTPUT must be at least 700 less than DANCHUNG_MODEL_CONTEXT=8192, not 8000",
        ),
        ('model = "small"\ncontext_window = 1500', "DANCHUNG_MODEL_OUTPUT must be at least 700 less than"),
        ('model = "small"\nprice_in = -1', "DANCHUNG_MODEL_PRICE_IN must be a number from 0 to 1000000, not -1"),
        ('model = "small"\nprice_in = 1', "DANCHUNG_MODEL_PRICE_OUT must be set too"),
        ('model = "small"\nprice_out = 1', "DANCHUNG_MODEL_PRICE_IN must be set too"),
        ('model = "small"\ncurrency = 5', "currency must be text"),
        ('model = "small"\ncurrency = "pounds sterling"', "DANCHUNG_MODEL_CURRENCY must be a short name such as EUR"),
        ('model = "small"\ncurrency = "\\n"', "DANCHUNG_MODEL_CURRENCY must be a short name such as EUR"),
        ("passage_tokens = 5", "DANCHUNG_PASSAGE_TOKENS must be a number from 20 to 2000, not 5"),
        ('passage_tokens = "many"', "DANCHUNG_PASSAGE_TOKENS must be a number, not 'many'"),
    ],
)
def test_a_wrong_setting_is_said_in_one_line(text: str, said: str) -> None:
    toml(text)

    with pytest.raises(InputError) as caught:
        Settings.load(environ={})

    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_text_is_said(tmp_path: Path) -> None:
    (tmp_path / "danchung.toml").write_bytes(b'model = "\xff\xfe"')

    with pytest.raises(InputError, match=r"danchung\.toml: cannot be read"):
        Settings.load(environ={})

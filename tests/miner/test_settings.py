"""What a person may set, and what they are told when it is wrong."""

import json

import jsonschema
import pytest

from pithead.errors import SettingsError
from pithead.options import parse_arguments, settings_schema
from pithead.settings import FIELDS, Effect, Settings, parse


def load(line: str) -> Settings:
    return parse(parse_arguments(line.split())[0])


def test_a_miner_without_any_setting_has_the_documented_defaults():
    assert parse({}) == Settings()


def test_names_may_have_dashes_or_underscores():
    assert parse({"retry-pause": 3}) == parse({"retry_pause": 3})


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"retires": 1}, "unknown setting retires; the nearest is retries"),
        ({"retry_pause": "abc"}, "retry-pause must be a number from 0 to 3600, but is 'abc'"),
        ({"timeout": 1e9}, "timeout must be a number from 5 to 86400, but is 1000000000.0"),
        ({"timeout": float("nan")}, "timeout must be a number from 5 to 86400, but is nan"),
        ({"no-color": "perhaps"}, "no-color must be true or false, but is 'perhaps'"),
        ({"devices": "a"}, "devices must be whole numbers such as 0,1,2, but is 'a'"),
        ({"pools": [{}]}, "pools[0].url is missing"),
        (
            {"pools": [{"url": "h:1", "pin": "ab"}]},
            "pools[0].pin must be a SHA-256 fingerprint of 64 hexadecimal digits, but is 'ab'",
        ),
        ({"pools": [{"url": "h:1", "usr": "W"}]}, "unknown setting pools[0].usr; the nearest is user"),
    ],
)
def test_a_wrong_value_is_answered_by_a_sentence_that_says_what_would_be_right(values, sentence):
    with pytest.raises(SettingsError) as caught:
        parse(values)
    assert str(caught.value) == sentence


@pytest.mark.parametrize("wrong", [{"pools": [{"url": "h:1", "pass": 12345678}]}, {"proxy": 12345678}])
def test_a_wrong_password_is_not_repeated(wrong):
    with pytest.raises(SettingsError) as caught:
        parse(wrong)
    assert "12345678" not in str(caught.value)


def test_a_very_long_wrong_value_is_not_repeated_whole():
    with pytest.raises(SettingsError) as caught:
        parse({"algo": "x" * 100_000})
    assert len(str(caught.value)) < 300


def test_control_characters_are_refused_in_texts():
    with pytest.raises(SettingsError, match="control characters"):
        parse({"pools": [{"url": "h:1", "user": "W\x1b[2J"}]})


@pytest.mark.parametrize("value", [20, "20", "20,21.5,23"])
def test_a_value_per_device_is_a_number_or_a_comma_list(value):
    assert parse({"intensity": value}).intensity[0] == 20


def test_repeated_pool_options_make_failover_pools_that_inherit_the_login():
    settings = load("-a x16r -o a:1 -u W -p secret -o b:2 -o c:3 -u V")
    assert [(pool.url, pool.user, pool.password) for pool in settings.pools] == [
        ("a:1", "W", "secret"),
        ("b:2", "W", "secret"),
        ("c:3", "V", "secret"),
    ]


def test_the_login_may_stand_before_the_first_pool():
    assert load("-u W -o a:1").pools[0].user == "W"


def test_flags_stand_alone_or_take_true_or_false():
    assert load("--no-color").no_color
    assert not load("--no-color false").no_color
    assert load("--no_color=True").no_color


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("--retires 4", "unknown option --retires; the nearest is --retries"),
        ("x16r", "unexpected argument 'x16r'; options start with a dash, as in -a x16r -o HOST:PORT -u WALLET"),
        ("-u W", "a pool was described without its address; add -o stratum+tcp://HOST:PORT"),
        ("--retries", "argument -r/--retries: expected one argument"),
    ],
)
def test_a_wrong_option_is_answered_by_one_sentence(line, sentence):
    with pytest.raises(SettingsError) as caught:
        load(line)
    assert str(caught.value) == sentence


def test_every_setting_has_a_description_a_default_and_an_effect():
    for name, (_, field) in FIELDS.items():
        assert field.description, name
        assert Effect(field.json_schema_extra["effect"]), name
        assert not field.is_required(), name


def test_the_schema_accepts_what_the_parser_accepts_and_refuses_what_it_refuses():
    schema = json.loads(settings_schema())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    assert validator.is_valid({"algo": "x16r", "pools": [{"url": "h:1", "user": "W", "pass": "x"}], "retries": 3})
    for wrong in (
        {"retires": 3},
        {"retries": "three"},
        {"pools": [{}]},
        {"hashrate-avr": 0},
        {"pools": [{"url": "h:1", "pin": "ab"}]},
    ):
        assert not validator.is_valid(wrong)

"""The sources keep their habits: one text for every compiler, and one folder an algorithm."""

import re

from pithead_kernels import ALGORITHMS
from pithead_kernels.algorithm import FOUND_MAX, ROOT

VOCABULARY = {"lane.h", "block.h", "bytes.h", "field.h", "linear.h", "substitute.h"}


def hash_sources():
    """Kernels and hash functions: all but the headers that give every compiler the same words."""
    return [*ROOT.rglob("*.cu"), *(path for path in ROOT.rglob("*.h") if path.name not in VOCABULARY)]


def holding(pattern):
    return [path.name for path in hash_sources() if re.search(pattern, path.read_text(), re.MULTILINE)]


def test_no_hash_asks_which_compiler_reads_it():
    assert holding(r"^\s*#\s*(if|ifdef|ifndef)\b") == []


def test_no_hash_holds_instructions_of_one_processor():
    assert holding(r"_mm\d*_|__builtin_ia32|immintrin|__byte_perm|\basm\b") == []


def test_every_algorithm_has_a_reference_and_vectors():
    for name in ALGORITHMS:
        assert (ROOT / name / "reference.py").is_file()
        assert (ROOT / name / "vectors.json").is_file()


def test_the_number_of_candidates_is_the_same_in_both_languages():
    assert f"#define FOUND_MAX {FOUND_MAX}\n" in (ROOT / "common" / "lane.h").read_text()

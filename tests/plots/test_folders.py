"""The folders of plots/ depend on each other one way, and none holds more than one can overlook."""

import ast
import pathlib

import pytest

PLOTS = pathlib.Path(__file__).resolve().parents[2] / "plots"
MAY_USE = {
    "read": {"read"},
    "charts": {"charts", "looks", "read"},
    "page": {"page", "charts", "looks", "read"},
    "gate": {"gate", "read", "command"},
}


@pytest.mark.parametrize("folder", MAY_USE)
def test_a_folder_uses_only_what_lies_below_it(folder):
    for path in sorted((PLOTS / folder).glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module.startswith("plots"):
                used = f"{node.module}.{node.names[0].name}".split(".")[1]
                assert used in MAY_USE[folder], f"{path.name} uses {used}"


def test_no_folder_holds_more_than_fifteen_modules():
    for folder in [PLOTS, *(PLOTS / folder for folder in MAY_USE)]:
        modules = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
        assert len(modules) <= 15, folder

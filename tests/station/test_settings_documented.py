"""docs/operations.md lists every setting, with the meaning and default that the code has."""

import re

import pytest

from deploy.settings import env

READ = re.compile(r"""environ(?:\.get\(|\[|\.setdefault\()\s*["']([A-Z_]+)["']""")
NOT_OURS = {
    *("DJANGO_ALLOW_ASYNC_UNSAFE", "GOMAXPROCS", "OMP_NUM_THREADS", "PATH"),
    *("RADIUS_CONFIG", "RADIUS_GENERATED"),  # of FreeRADIUS: check_freeradius reads what it reads
}


def documented():
    return (env.ROOT / "docs" / "operations.md").read_text().splitlines()


@pytest.mark.parametrize("name", env.VARIABLES)
def test_a_variable_has_its_row_in_the_documentation(name):
    assert env.VARIABLES[name].row in documented()


def test_the_documentation_lists_no_variable_that_is_gone():
    rows = [line for line in documented() if re.match(r"\| `[A-Z_]+` \|", line)]
    assert len(rows) == len(env.VARIABLES)


def test_no_code_reads_an_undeclared_variable():
    apps = ("schools", "inventory", "supervision", "byod", "helpdesk", "deploy")
    files = [file for app in apps for file in (env.ROOT / app).rglob("*.py")]
    read = {name for file in files for name in READ.findall(file.read_text())}
    assert read - set(env.VARIABLES) - NOT_OURS == set()

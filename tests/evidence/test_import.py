"""Importing the evidence reads nothing; the first question does, once."""

import subprocess
import sys

SCRIPT = """
import sys
opened = []
sys.addaudithook(lambda event, args: event == "open" and opened.append(str(args[0])))
import simulator.evidence as evidence
tables = [name for name in opened if name.endswith(".csv")]
assert not tables, tables
evidence.parameter("mit.replace.us_overrun")
evidence.parameter("mit.replace.us_requested")
evidence.size_tables()
tables = [name for name in opened if name.endswith(".csv")]
assert len(tables) == 2, tables
assert not {"pandas", "numpy", "yaml", "pydantic"} & set(sys.modules)
"""


def test_import_reads_no_table_and_each_table_is_read_once():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

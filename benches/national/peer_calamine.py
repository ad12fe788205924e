"""Reads every sheet of every workbook below a folder with python-calamine, and does nothing with it."""

import sys
from pathlib import Path

from python_calamine import CalamineWorkbook

cells = 0
for path in sorted(Path(sys.argv[1]).rglob("*.xlsx")):
    workbook = CalamineWorkbook.from_path(path)
    for name in workbook.sheet_names:
        cells += sum(len(row) for row in workbook.get_sheet_by_name(name).to_python())
print(cells)

"""Puts the repository's root on the path: `import plots` works however pytest is started."""

import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

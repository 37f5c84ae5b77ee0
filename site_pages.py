"""Pages of the site that are made when it is built (`hooks` in mkdocs.yml): the X12 reference, from the grammar."""

from __future__ import annotations

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from caremonth.kernel.x12.reference import pages

FOLDER = "reference/x12"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages to those of the docs folder."""
    for name, text in pages().items():
        files.append(File.generated(config, f"{FOLDER}/{name}", content=text))
    return files

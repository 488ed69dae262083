"""The studio's memory of one script: a SQLite file and a folder of takes."""

from engine.project.changing import Undone
from engine.project.lock import Holder
from engine.project.merge import MergeReport
from engine.project.project import Project
from engine.project.scripted import SavedScript
from engine.project.table import Row

__all__ = ["Holder", "MergeReport", "Project", "Row", "SavedScript", "Undone"]

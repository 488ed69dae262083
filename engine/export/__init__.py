"""Finished files for the video editor."""

from __future__ import annotations

from engine.export.plan import Plan, plan_export
from engine.export.result import ExportResult, Problem
from engine.export.wavs import export_wavs, run_export

__all__ = ["ExportResult", "Plan", "Problem", "export_wavs", "plan_export", "run_export"]

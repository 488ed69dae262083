"""How freely a model may be asked to choose what it says next, by a setting or by a request."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

Temperature = Annotated[float, Field(ge=0.05, le=2, allow_inf_nan=False)]
TopK = Annotated[int, Field(ge=0, le=2048)]
TopP = Annotated[float, Field(ge=0.05, le=1, allow_inf_nan=False)]
RepetitionPenalty = Annotated[float, Field(ge=1, le=2, allow_inf_nan=False)]

"""The layers that talker and code predictor are made of, computed by hand from the package's
weights: without its caches and masks, which are made anew at each step, and with the matrices that
are multiplied by the same values joined to one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import torch
from torch.nn import functional

Attend = Callable[[int, torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]
"""Keeps the keys and values of a layer's new positions, and lets the queries attend to all that
they may. Called with the layer's number, queries of shape (rows, heads, positions, size) and keys
and values of (rows, key heads, positions, size); gives what the queries have."""

Rotation = tuple[torch.Tensor, torch.Tensor]
"""Cosines and sines of shape (rows or 1, positions, size)."""


class States(NamedTuple):
    """What a stack of layers makes of its input. Named as transformers does.

    Attributes:
        last_hidden_state: of each row's last position, shape (rows, width).
    """

    last_hidden_state: torch.Tensor


@dataclass(frozen=True)
class Layer:
    """The weights of one layer, and its shapes. ``head_scale`` is for queries and keys, of shape
    (heads + key heads, size)."""

    joined: torch.Tensor
    joined_bias: torch.Tensor | None
    out: torch.nn.Linear
    gate_up: torch.Tensor
    down: torch.nn.Linear
    activation: Callable[[torch.Tensor], torch.Tensor]
    before: torch.nn.Module
    between: torch.nn.Module
    head_scale: torch.Tensor
    epsilon: float
    heads: int
    key_heads: int
    size: int

    def queries_keys_values(
        self, hidden: torch.Tensor, rotation: Rotation
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Of the shapes that :data:`Attend` takes."""
        rows, positions, _width = hidden.shape
        made = functional.linear(hidden, self.joined, self.joined_bias)
        made = made.view(rows, positions, -1, self.size)
        turning = self.heads + self.key_heads
        both = _unit(made[:, :, :turning], self.epsilon) * self.head_scale
        cos, sin = (values.unsqueeze(2) for values in rotation)
        half = self.size // 2
        turned = torch.cat((-both[..., half:], both[..., :half]), dim=-1)
        both = (both * cos + turned * sin).transpose(1, 2)
        return both[:, : self.heads], both[:, self.heads :], made[:, :, turning:].transpose(1, 2)

    def think(self, hidden: torch.Tensor) -> torch.Tensor:
        """The gated half of the layer."""
        gate, up = functional.linear(hidden, self.gate_up).chunk(2, dim=-1)
        return self.down(self.activation(gate) * up)


class Stack(torch.nn.Module):
    """Layers one after another, and a norm. The weights stay the package's, whose modules are given
    views of the joined ones.

    Args:
        model: the package's talker or code predictor: what has ``layers`` and ``norm``.
    """

    def __init__(self, model: Any) -> None:
        super().__init__()
        # In tuples, so that they are not this module's own: its package's instance has them.
        self._layers = tuple(_read(layer) for layer in model.layers)
        self._norm = (model.norm,)

    def forward(self, hidden: torch.Tensor, rotation: Rotation, attend: Attend) -> States:
        """Hidden: shape (rows, positions, width)."""
        rows, positions, _width = hidden.shape
        for number, layer in enumerate(self._layers):
            new = layer.queries_keys_values(layer.before(hidden), rotation)
            heard = attend(number, *new).transpose(1, 2).reshape(rows, positions, -1)
            hidden = hidden + layer.out(heard)
            hidden = hidden + layer.think(layer.between(hidden))
        return States(self._norm[0](hidden[:, -1]))


def _unit(values: torch.Tensor, epsilon: float) -> torch.Tensor:
    """Root mean square 1, computed in float32 as the package does."""
    wide = values.float()
    wide = wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + epsilon)
    return wide.to(values.dtype)


def _read(layer: Any) -> Layer:
    attention, mlp = layer.self_attn, layer.mlp
    heads, key_heads = (
        linear.out_features // attention.head_dim for linear in (attention.q_proj, attention.k_proj)
    )
    scales = [attention.q_norm.weight] * heads + [attention.k_norm.weight] * key_heads
    projections = (attention.q_proj, attention.k_proj, attention.v_proj)
    biases = [linear.bias for linear in projections if linear.bias is not None]
    return Layer(
        joined=_joined(projections),
        joined_bias=torch.cat(biases) if biases else None,
        out=attention.o_proj,
        gate_up=_joined((mlp.gate_proj, mlp.up_proj)),
        down=mlp.down_proj,
        activation=mlp.act_fn,
        before=layer.input_layernorm,
        between=layer.post_attention_layernorm,
        head_scale=torch.stack(scales),
        epsilon=attention.q_norm.variance_epsilon,
        heads=heads,
        key_heads=key_heads,
        size=attention.head_dim,
    )


@torch.no_grad()
def _joined(linears: Iterable[torch.nn.Linear]) -> torch.Tensor:
    """One matrix of several, which become views of it: in memory they are once."""
    linears = tuple(linears)
    joined = torch.cat([linear.weight for linear in linears])
    start = 0
    for linear in linears:
        linear.weight.data = joined[start : start + linear.out_features]
        start += linear.out_features
    return joined

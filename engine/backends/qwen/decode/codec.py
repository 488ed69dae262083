"""The codec's decoder a few frames at a time, with the same sound as the whole at once.

All of it looks back only. What each of its parts needs of what came before is kept: the keys and
values of a window, and as many samples as a convolution reaches back. Nothing is computed twice.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional

_REACH = 16
# Frames that the convolutions hear, one upon the other: a little over ten.

_MOST = 100
# Frames at once: a longer piece gains nothing and takes memory.


class Memory:
    """What the decoder needs of what it has heard. What was kept is replaced and never changed, so
    that a copy is a list."""

    def __init__(self) -> None:
        self.frames = 0
        self._kept: list[torch.Tensor] = []
        self._at = 0

    def copy(self) -> Memory:
        """To go on from here more than once."""
        copied = Memory()
        copied.frames, copied._kept = self.frames, list(self._kept)
        return copied

    def begin(self) -> None:
        """The parts ask in the same order each time, from the first."""
        self._at = 0

    def recall(self) -> torch.Tensor | None:
        """What a part has kept; None the first time."""
        return self._kept[self._at] if self._at < len(self._kept) else None

    def keep(self, values: torch.Tensor) -> None:
        """In the place of what has just been recalled."""
        # A copy: a view would hold on to all of which it is the end.
        self._kept[self._at : self._at + 1] = [values.clone()]
        self._at += 1


class StreamingDecoder(torch.nn.Module):
    """Works on the package's own modules.

    Args:
        decoder: the package's, of the 12 Hz codec.
    """

    def __init__(self, decoder: Any) -> None:
        super().__init__()
        # In a tuple, so that it is no module of this one's.
        self._parts = (decoder,)
        self._tables = _tables(decoder.quantizer)

    def forward(self, codes: torch.Tensor, memory: Memory) -> torch.Tensor:
        """Samples of shape (1920 × frames,).

        Args:
            codes: shape (frames, 16).
        """
        return torch.cat([self._piece(piece, memory) for piece in codes.split(_MOST)])

    def prime(self, codes: torch.Tensor) -> Memory:
        """What there is to remember after these frames, whose sound nobody wants."""
        memory = Memory()
        memory.begin()
        hidden = self._context(codes, memory)
        memory.frames = len(codes)
        self._sound(hidden[..., -_REACH:], memory)
        return memory

    def _piece(self, codes: torch.Tensor, memory: Memory) -> torch.Tensor:
        memory.begin()
        hidden = self._context(codes, memory)
        memory.frames += len(codes)
        return self._sound(hidden, memory)

    def _context(self, codes: torch.Tensor, memory: Memory) -> torch.Tensor:
        """Each frame in the light of those before it, shape (1, width, frames)."""
        [decoder] = self._parts
        hidden = _causal(decoder.pre_conv, self._quantized(codes), memory).transpose(1, 2)
        transformer = decoder.pre_transformer
        hidden = transformer.input_proj(hidden)
        numbers = torch.arange(memory.frames, memory.frames + len(codes), device=codes.device)
        rotation = transformer.rotary_emb(hidden, numbers.unsqueeze(0))
        for layer in transformer.layers:
            heard = _attended(layer, hidden, rotation, transformer.window_size, memory)
            hidden = hidden + layer.self_attn_layer_scale(heard)
            thought = layer.mlp(layer.post_attention_layernorm(hidden))
            hidden = hidden + layer.mlp_layer_scale(thought)
        return transformer.output_proj(transformer.norm(hidden)).transpose(1, 2)

    def _sound(self, hidden: torch.Tensor, memory: Memory) -> torch.Tensor:
        [decoder] = self._parts
        for widen, block in decoder.upsample:
            hidden = _widened(widen, hidden, memory)
            hidden = _next_block(block, hidden, memory)
        first, *blocks, snake, last = decoder.decoder
        hidden = _causal(first, hidden, memory)
        for block in blocks:
            hidden = _decoded(block, hidden, memory)
        return _causal(last, snake(hidden), memory).clamp(min=-1, max=1).reshape(-1)

    def _quantized(self, codes: torch.Tensor) -> torch.Tensor:
        quantizer = self._parts[0].quantizer
        parts = zip(codes.clamp(min=0).T, self._tables, strict=True)
        vectors = [functional.embedding(code, table).T for code, table in parts]
        semantic = quantizer.n_q_semantic
        return (
            quantizer.rvq_first.output_proj(
                sum(vectors[:semantic]).unsqueeze(0)  # pyright: ignore[reportAttributeAccessIssue]
            )
            + quantizer.rvq_rest.output_proj(
                sum(vectors[semantic:]).unsqueeze(0)  # pyright: ignore[reportAttributeAccessIssue]
            )
        )


def _tables(quantizer: Any) -> list[torch.Tensor]:
    """The vectors of each code, which the package works out anew each time."""
    layers = (*quantizer.rvq_first.vq.layers, *quantizer.rvq_rest.vq.layers)
    return [
        layer.project_out(
            layer._codebook.embedding_sum
            / layer._codebook.cluster_usage.clamp(min=layer._codebook.epsilon)[:, None]
        )
        for layer in layers
    ]


def _causal(convolution: Any, hidden: torch.Tensor, memory: Memory) -> torch.Tensor:
    """A convolution over what came before as well; over silence at the beginning."""
    reach = convolution.padding
    if not reach:
        return convolution.conv(hidden)
    before = memory.recall()
    if before is None:
        before = hidden.new_zeros(*hidden.shape[:-1], reach)
    whole = torch.cat((before, hidden), dim=-1)
    memory.keep(whole[..., -reach:])
    return convolution.conv(whole)


def _widened(convolution: Any, hidden: torch.Tensor, memory: Memory) -> torch.Tensor:
    """Several samples of each, which overlap with those of the one before."""
    [stride] = convolution.conv.stride
    [size] = convolution.conv.kernel_size
    reach = -(-size // stride) - 1
    if not reach:
        return convolution.conv(hidden)
    before = memory.recall()
    if before is None:
        before = hidden.new_zeros(*hidden.shape[:-1], reach)
    whole = torch.cat((before, hidden), dim=-1)
    memory.keep(whole[..., -reach:])
    start = reach * stride
    return convolution.conv(whole)[..., start : start + hidden.shape[-1] * stride]


def _next_block(block: Any, hidden: torch.Tensor, memory: Memory) -> torch.Tensor:
    """ConvNeXt."""
    inner = _causal(block.dwconv, hidden, memory).transpose(1, 2)
    inner = block.pwconv2(block.act(block.pwconv1(block.norm(inner))))
    return hidden + (block.gamma * inner).transpose(1, 2)


def _decoded(block: Any, hidden: torch.Tensor, memory: Memory) -> torch.Tensor:
    snake, widen, *units = block.block
    hidden = _widened(widen, snake(hidden), memory)
    for unit in units:
        inner = _causal(unit.conv1, unit.act1(hidden), memory)
        hidden = hidden + unit.conv2.conv(unit.act2(inner))
    return hidden


def _attended(
    layer: Any,
    hidden: torch.Tensor,
    rotation: tuple[torch.Tensor, torch.Tensor],
    window: int,
    memory: Memory,
) -> torch.Tensor:
    attention = layer.self_attn
    hidden = layer.input_layernorm(hidden)
    queries, keys, values = (
        linear(hidden).unflatten(-1, (-1, attention.head_dim)).transpose(1, 2)
        for linear in (attention.q_proj, attention.k_proj, attention.v_proj)
    )
    queries, keys = _turned(queries, rotation), _turned(keys, rotation)
    new = torch.stack((keys, values))
    before = memory.recall()
    every = new if before is None else torch.cat((before, new), dim=-2)
    memory.keep(every[..., max(0, every.shape[-2] - window + 1) :, :])
    groups = attention.num_key_value_groups
    keys, values = every.repeat_interleave(groups, dim=2) if groups > 1 else every
    heard = functional.scaled_dot_product_attention(
        queries, keys, values, attn_mask=_within(window, new.shape[-2], every)
    )
    return attention.o_proj(heard.transpose(1, 2).flatten(2))


def _within(window: int, new: int, every: torch.Tensor) -> torch.Tensor:
    """Which of all positions each of the new ones, which are the last, attends to."""
    count = every.shape[-2]
    positions = torch.arange(count, device=every.device)
    back = positions[count - new :, None] - positions
    return (back >= 0) & (back < window)


def _turned(values: torch.Tensor, rotation: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
    cos, sin = (one.unsqueeze(1) for one in rotation)
    half = values.shape[-1] // 2
    turned = torch.cat((-values[..., half:], values[..., :half]), dim=-1)
    return values * cos + turned * sin

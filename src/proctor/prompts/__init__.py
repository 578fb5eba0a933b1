"""Prompts: every text that a model is sent, as template files with ids."""

from proctor.prompts.registry import PROMPT_KINDS, prompt_digest, prompt_ids, render_prompt

__all__ = ["PROMPT_KINDS", "prompt_digest", "prompt_ids", "render_prompt"]

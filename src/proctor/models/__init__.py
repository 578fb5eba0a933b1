"""Language models: whatever answers messages."""

from proctor.models.model import Completion, Message, Model, Sampling, Usage

__all__ = ["Completion", "Message", "Model", "Sampling", "Usage"]

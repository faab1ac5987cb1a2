"""What mesodash knows: records, strict readers and the loaded knowledge base."""

from mesodash.knowledge.base import KnowledgeBase, load

__all__ = ["KnowledgeBase", "load"]

"""Answers in words."""

from __future__ import annotations

from mesodash.i18n import Words


def token(words: Words, question: str, one: str) -> str:
    """Return one answer of a question in words: its own, or those that many questions share."""
    own = f"answer.{question}.{one}"
    return words(own if words.has(own) else f"answer.{one}")


def answer(words: Words, question: str, value: object) -> str:
    """Return an answer in words, a list as "“A” and “B”"."""
    if isinstance(value, tuple):
        return words.quoted([token(words, question, one) for one in value]) if value else words("answer.none_of_these")
    return token(words, question, value) if isinstance(value, str) else str(value)


def given(words: Words, question: str, value: object) -> str:
    """Return "question: answer" in words."""
    return words("pair", name=words(f"short.{question}"), value=answer(words, question, value))

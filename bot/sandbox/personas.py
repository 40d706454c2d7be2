"""Whom the tour is played with: nobody in particular."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody in the tour: what they look up, what should come first, and what they answer."""

    name: str
    language: str
    first: str
    finds: str
    answers: tuple[str, ...]


# What people in these places may well say.
PERSONAS = (
    Persona(
        "dakar-defender",
        "fr",
        "chercher règles Mandela",
        "nelson-mandela-rules-2015",
        ("français", "oui", "Sénégal", "1", "1, 2, 10"),
    ),
    Persona(
        "kampala-paralegal",
        "en",
        "find 67/187",
        "unpg-2012",
        ("1", "yes", "Uganda", "paralegal", "7"),
    ),
    Persona(
        "buenos-aires-defender",
        "es",
        "buscar las reglas de Bangkok",
        "bangkok-rules-2010",
        ("2", "sí", "Argentina", "1", "10"),
    ),
    Persona(
        "cairo-lawyer",
        "ar",
        "ابحث قواعد مانديلا",
        "nelson-mandela-rules-2015",
        ("٥", "نعم", "مصر", "٢", "١، ٢"),
    ),
    Persona(
        "sao-paulo-clinic",
        "pt",
        "procurar princípios de assistência jurídica",
        "unpg-2012",
        ("4", "sim", "Brasil", "São Paulo", "5", "10, 2"),
    ),
    Persona(
        "bishkek-defender",
        "ru",
        "найти правила Манделы",
        "nelson-mandela-rules-2015",
        ("русский", "да", "Кыргызстан", "1", "2"),
    ),
    Persona(
        "guangzhou-legal-aid",
        "zh",
        "查找曼德拉规则",
        "nelson-mandela-rules-2015",
        ("中文", "同意", "上海", "1", "9"),
    ),
)

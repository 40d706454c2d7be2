"""Countries and languages as concepts: their names in seven languages come from CLDR."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from babel import Locale

from kit.network import Network
from language.autonyms import autonyms
from search.concepts import Concept, Group


def places(network: Network) -> Iterator[Concept]:
    """Give the network's regions and their countries."""
    locales = {language: Locale.parse(language) for language in network.languages}
    for region in network.regions.values():
        names = {language: (name,) for language, name in region.names.items()}
        yield Concept(region.slug, Group.PLACE, names, regions=(region.slug,))
        for country in sorted(region.countries):
            called = {
                language: (locale.territories[country],)
                for language, locale in locales.items()
                if country in locale.territories
            }
            yield Concept(country, Group.PLACE, called, regions=(region.slug,))


def language_names(codes: Iterable[str], spoken: Iterable[str]) -> Mapping[str, list[str]]:
    """Give what languages are called: code -> the code, its own name, and in each *spoken* one."""
    locales = [Locale.parse(language) for language in spoken]
    return {
        code: [
            code,
            *filter(None, [autonyms().get(code)]),
            *(locale.languages[code] for locale in locales if code in locale.languages),
        ]
        for code in codes
    }

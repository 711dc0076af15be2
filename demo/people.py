"""Names for synthetic people: parts that are common in many countries, put together at random."""

from collections.abc import Iterator
from random import Random

FEMALE = """Ada Aisha Alma Amina Ana Anouk Beatrice Carla Carmen Chiara Chloe Daria Edith Elif Elsa Emma Eva
Fatima Freya Grace Greta Hana Helen Ines Ingrid Irene Iris Jana Joana Judith Julia Karin Kate Laila Lena Lila
Lotte Lucia Maja Maria Marta Maya Mei Mina Mira Naomi Nina Nora Olga Paula Petra Rosa Ruth Sana Selma Sofia
Tara Teresa Vera Yara Zoe"""
MALE = """Adam Ahmed Alan Andre Anton Arjun Bilal Boris Carlos Chen Daniel David Diego Emil Enzo Eric Felix
Frank Gabriel George Hamid Hugo Ian Ibrahim Ivo Jack Jan Jonas Joseph Karl Kofi Leon Liam Luca Marco Mark
Martin Matteo Max Miguel Milan Nathan Noah Oliver Omar Oscar Pablo Paul Peter Rafael Ravi Robert Samuel
Simon Tariq Theo Thomas Tom Victor Yusuf"""
FAMILY = """Abbott Adams Ahmadi Almeida Andersen Aoki Bakker Barros Becker Bennett Bianchi Blake Bogdan Brandt
Brooks Bruno Calloway Campbell Castro Cerny Chang Clarke Conti Cooper Cruz Dahl Danso Dietrich Doyle Duarte
Eklund Ellis Engel Farouk Fischer Fletcher Fontaine Foster Fuchs Garcia Georgiou Gray Gruber Haas Hansen
Hassan Hayes Herrera Hoffman Horvat Hughes Ibsen Jain Jimenez Johansson Kamara Keller Khan Kim Klein Koch
Kowalski Kumar Lange Larsen Lee Lopez Lund Madsen Mancini Marin Mensah Meyer Molina Moreau Morgan Nair
Nakamura Nielsen Novak Ortega Osei Palmer Park Patel Pereira Popescu Quinn Ramos Reid Ricci Romero Sato
Schmidt Shah Silva Singh Sokolov Stone Suzuki Toth Turner Varga Vega Vogel Walsh Wang Weiss Wright Yilmaz
Young Zhang Ziegler"""


def names(chance: Random) -> Iterator[tuple[str, dict[str, str]]]:
    """Endless (family name, {sex: given name}), no full name twice."""
    families, women, men = FAMILY.split(), FEMALE.split(), MALE.split()
    used: set[tuple[str, str]] = set()
    while True:
        family = chance.choice(families)
        given = {"FEMALE": chance.choice(women), "MALE": chance.choice(men)}
        pairs = {(family, name) for name in given.values()}
        if not pairs & used:
            used |= pairs
            yield family, given

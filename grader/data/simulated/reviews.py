"""Make `reviews`: 5,000 short reviews of films, books, cafés, hotels and gadgets, labelled 1 (pleased) or 0
(not).

The process, in full: the label comes first, then a text that means it.

- 40 of 100 reviews are *plain*: words of praise or blame say what they seem to say.
- 60 of 100 are *turned*: what decides is how the words stand together. A thing "is not clumsy, it is witty"
  or "is not witty, it is clumsy"; the clause after "but" and not the one after "although" decides; a hope
  that failed, a fear that did not come true, a verdict of others that was wrong, mock praise and mock
  complaint. Every turned form has a twin with the other label made of the same words, except for some of
  the irony.
- Two in five reviews hold a fact with "not", "never" or "no" that means nothing; all hold neutral facts now
  and then.
- 2 of 100 labels are wrong, as if the wrong star had been clicked: nobody can score much above 98 of 100.

No text occurs twice, so none of the test texts is in the training part. The forms and words are in this
file and in `review_words.py`.
"""

from __future__ import annotations

from grader.data.simulated.draw import Draw
from grader.data.simulated.review_words import ASIDES, KINDS, OPENINGS, PEOPLE, Aspect, Kind

SEED = 5000
ROWS, TRAIN_ROWS = 5000, 4000
PLAIN, WRONG = 0.40, 0.02


def sentence(text: str) -> str:
    """The clause as a sentence."""
    return text[0].upper() + text[1:] + ("" if text[-1] in ".!?" else ".")


def words(pleased: bool, of: Aspect) -> list[str]:
    """The aspect's words of praise or of blame."""
    return of.praise if pleased else of.blame


def two_aspects(draw: Draw, kind: Kind) -> tuple[Aspect, Aspect]:
    """Two different sides of a thing."""
    first, second = draw.shuffled(kind.aspects)[:2]
    return first, second


def article(word: str) -> str:
    """The word with "a" or "an"."""
    vowel = (word[0] in "aeiou" and not word.startswith("use")) or word.startswith("honest")
    return ("an " if vowel else "a ") + word


def plain(draw: Draw, kind: Kind, pleased: bool) -> str:
    """A sentence whose words say what they seem to say."""
    one, two = two_aspects(draw, kind)
    a, b = draw.pick(words(pleased, one)), draw.pick(words(pleased, two))
    whole = draw.pick(kind.praise if pleased else kind.blame)
    happening = draw.pick(kind.good if pleased else kind.bad)
    thing = draw.pick(kind.things)
    forms = [
        f"{one.noun} {one.verb} {a}",
        f"{one.noun} {one.verb} {a} and {two.noun} {two.verb} {b}",
        f"{one.noun} {one.verb} really {a}",
        f"{article(whole)} {thing}, and {one.noun} {one.verb} {a}",
        f"{happening.subject} {happening.past}, and {one.noun} {one.verb} {a}",
        f"what {article(whole)} {thing}! {sentence(f'{one.noun} {one.verb} {a}')}",
        f"I found it {whole} from the first minute",
    ]
    if pleased:
        forms += [
            f"{whole} in every way, and I would recommend it to anyone",
            f"I would gladly pay twice for this {thing}",
            f"{one.noun} {one.verb} {a}: five stars from me",
        ]
    else:
        forms += [
            f"{whole} in every way, and I would warn anyone against it",
            f"I want my money back for this {thing}",
            f"{one.noun} {one.verb} {a}: one star from me",
        ]
    return draw.pick(forms)


def negated(draw: Draw, kind: Kind, pleased: bool) -> str:
    """Not this but that: praise and blame in one sentence, and the scope of the negation decides."""
    one, two = two_aspects(draw, kind)
    true, false = draw.pick(words(pleased, one)), draw.pick(words(not pleased, one))
    other = draw.pick(words(not pleased, two))
    thing = draw.pick(kind.things)
    whole, opposite = (
        draw.pick(kind.praise if pleased else kind.blame),
        draw.pick(kind.blame if pleased else kind.praise),
    )
    pronoun = "they" if one.verb in ("were", "are") else "it"
    forms = [
        f"{one.noun} {one.verb} not {false}, {pronoun} {one.verb} {true}",
        f"{one.noun} {one.verb} {true}, not {false}",
        f"{one.noun} {one.verb} anything but {false}",
        f"{one.noun} {one.verb} never {false}, always {true}",
        f"nobody could call {one.noun} {false}",
        f"I cannot say that {one.noun} {one.verb} {false}, or that {two.noun} {two.verb} {other}",
        f"there is nothing {opposite} about this {thing}",
        f"{one.noun} {one.verb} far from {false}, and {two.noun} {two.verb} not {other} either",
        f"not {article(opposite)} {thing} at all, {article(whole)} one",
        f"{article(whole)} {thing}, not {article(opposite)} one",
    ]
    return draw.pick(forms)


def weighed(draw: Draw, kind: Kind, pleased: bool) -> str:
    """One thing for and one against: the connective tells which of them counts."""
    one, two = two_aspects(draw, kind)
    counts, yields = draw.pick(words(pleased, one)), draw.pick(words(not pleased, two))
    main, side = f"{one.noun} {one.verb} {counts}", f"{two.noun} {two.verb} {yields}"
    verdict = draw.pick(["that is what counts", "that decides it for me", "that is what I will remember"])
    forms = [
        f"{side}, but {main}, and {verdict}",
        f"although {side}, {main}, and {verdict}",
        f"{main}, and {verdict}, although {side}",
        f"{main}, which matters more to me than that {side}",
        f"it matters less to me that {side} than that {main}",
        f"{side}. Never mind: {main}, and {verdict}",
        f"true, {side}. Still, {main}, and {verdict}",
        f"{main}. That {side} changes nothing",
    ]
    return draw.pick(forms)


def expected(draw: Draw, kind: Kind, pleased: bool) -> str:
    """What was expected, hoped or feared, and what came instead."""
    came, hoped = (kind.praise, kind.blame) if pleased else (kind.blame, kind.praise)
    true, false = draw.pick(came), draw.pick(hoped)
    thing, who = draw.pick(kind.things), draw.pick(PEOPLE)
    event = draw.pick(kind.bad if pleased else kind.good)
    forms = [
        f"I expected {article(false)} {thing} and got {article(true)} one",
        f"I got {article(true)} {thing} where I had expected {article(false)} one",
        f"{who} calls it {false}; I found it {true}",
        f"I found it {true}, and {who}, who calls it {false}, should try again",
        f"I was told that {event.subject} would {event.infinitive}. It did not happen",
        f"{who} was sure that {event.subject} would {event.infinitive}. Not once",
        f"{who} called it {false} and could not have been more wrong",
        f"it looks {false} at first and turns out to be {true}",
        f"it turns out to be {true}, however {false} it looks at first",
        f"they say it used to be {false}. Today it is {true}",
    ]
    return draw.pick(forms)


def ironic(draw: Draw, kind: Kind, pleased: bool) -> str:
    """Praise that is none, and complaints that are none, with sincere sentences of the same words."""
    thing = draw.pick(kind.things)
    good, bad = draw.pick(kind.good), draw.pick(kind.bad)
    nice, nasty = draw.pick(kind.praise), draw.pick(kind.blame)
    cheer = draw.pick(["wonderful", "brilliant", "how lovely", "just what I needed", "hooray", "perfect"])
    if pleased:
        forms = [
            f"{article(nice)} {thing}, if {draw.pick(kind.if_sincere)}",
            f"{cheer}: {good.subject} {good.past}",
            f"I waited for the moment when {bad.subject} would {bad.infinitive}, and I am still waiting",
            f"go elsewhere if you want something {nasty}",
            draw.pick(kind.mock_complaints),
        ]
    else:
        forms = [
            f"{article(nice)} {thing}, if {draw.pick(kind.if_ironic)}",
            f"{cheer}: {bad.subject} {bad.past}",
            f"I waited for the moment when {good.subject} would {good.infinitive}, and I am still waiting",
            f"go elsewhere if you want something {nice}",
            draw.pick(kind.mock_praise),
        ]
    return draw.pick(forms)


def review(draw: Draw, pleased: bool) -> str:
    """A review that means the label."""
    kind = draw.pick(KINDS)
    kind = kind._replace(things=[draw.pick(kind.things)])
    turned = not draw.chance(PLAIN)
    forms = [negated, weighed, expected, ironic] if turned else [plain]
    count = draw.pick([1, 2], [0.65, 0.35])
    core = [sentence(form(draw, kind, pleased)) for form in (draw.shuffled(forms) * 2)[:count]]
    facts = draw.shuffled(kind.facts)[: draw.pick([0, 1, 2], [0.35, 0.45, 0.20])]
    if draw.chance(0.4):
        facts.append(draw.pick(ASIDES))
    before = draw.below(len(facts) + 1)
    parts = [sentence(fact) for fact in facts[:before]] + core + [sentence(fact) for fact in facts[before:]]
    return draw.pick(OPENINGS) + " ".join(dict.fromkeys(parts))


def written(draw: Draw, rows: int) -> dict[str, int]:
    """So many texts, no two alike, each with its label."""
    texts: dict[str, int] = {}
    while len(texts) < rows:
        pleased = len(texts) % 2 == 0
        text = review(draw, pleased)
        if text not in texts:
            texts[text] = int(pleased != draw.chance(WRONG))
    return texts


def files() -> dict[str, bytes]:
    """The files of the set: relative path → content."""
    draw = Draw(SEED)
    lines = [f"{label}\t{text}\n" for text, label in written(draw, ROWS).items()]
    return {
        "reviews/train.tsv": "".join(draw.shuffled(lines[:TRAIN_ROWS])).encode(),
        "reviews/test.tsv": "".join(draw.shuffled(lines[TRAIN_ROWS:])).encode(),
    }

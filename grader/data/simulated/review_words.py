"""The words of `reviews`: five kinds of thing that people review, and what they say about each.

An aspect is (noun, verb, words of praise, words of blame). An event is (subject, infinitive, past tense),
to be put after "was told that … would" or on its own.
"""

from __future__ import annotations

from typing import NamedTuple


class Aspect(NamedTuple):
    """One side of a thing that can be praised or blamed."""

    noun: str
    verb: str
    praise: list[str]
    blame: list[str]


class Event(NamedTuple):
    """Something that happens: "the zip" + "jam" / "jammed"."""

    subject: str
    infinitive: str
    past: str


class Kind(NamedTuple):
    """A kind of thing, with all that is said of it."""

    things: list[str]
    aspects: list[Aspect]
    praise: list[str]
    blame: list[str]
    good: list[Event]
    bad: list[Event]
    facts: list[str]
    if_ironic: list[str]
    if_sincere: list[str]
    mock_complaints: list[str]
    mock_praise: list[str]


def aspect(noun: str, verb: str, praise: str, blame: str) -> Aspect:
    """An aspect from comma-separated words."""
    return Aspect(noun, verb, praise.split(", "), blame.split(", "))


def events(*lines: str) -> list[Event]:
    """Events from lines "subject | infinitive | past"."""
    return [Event(*(part.strip() for part in line.split("|"))) for line in lines]


FILM = Kind(
    things=["film", "thriller", "comedy", "western", "documentary", "sequel", "musical", "drama"],
    aspects=[
        aspect("the plot", "was", "clever, gripping, surprising, inventive", "predictable, muddled, thin, far-fetched"),
        aspect("the acting", "was", "convincing, subtle, superb, natural", "wooden, forced, lifeless, hammy"),
        aspect("the dialogue", "was", "witty, sharp, truthful, quick", "clumsy, stilted, silly, flat"),
        aspect("the music", "was", "haunting, lovely, rousing, fitting", "loud, sugary, intrusive, tuneless"),
        aspect("the camera work", "was", "elegant, bold, dazzling, assured", "shaky, murky, restless, amateurish"),
        aspect("the ending", "was", "moving, satisfying, perfect, daring", "rushed, hollow, absurd, disappointing"),
        aspect("the costumes", "were", "splendid, gorgeous, authentic, playful", "cheap, drab, ridiculous, careless"),
        aspect("the jokes", "were", "funny, fresh, hilarious, well timed", "stale, tired, crude, painful"),
    ],
    praise=["gripping", "moving", "original", "delightful", "intelligent", "charming", "thrilling", "tender"],
    blame=["dull", "shallow", "noisy", "tedious", "pretentious", "dreary", "lazy", "bloated"],
    good=events(
        "the audience | clap at the end | clapped at the end",
        "my children | laugh until the last scene | laughed until the last scene",
        "the two hours | fly by | flew by",
        "the last scene | make me cry | made me cry",
        "the twist | catch me out | caught me out",
        "the story | stay with me | stayed with me",
    ),
    bad=events(
        "half the audience | walk out | walked out",
        "the sound | drown every word | drowned every word",
        "the story | fall apart | fell apart",
        "my husband | fall asleep | fell asleep",
        "the hero | explain everything twice | explained everything twice",
        "the middle hour | drag | dragged",
    ),
    facts=[
        "We saw it on a Tuesday evening",
        "I watched it on a long flight",
        "It runs for just over two hours",
        "My sister chose it",
        "We sat in the back row",
        "It was shot in black and white",
        "The cinema was half full",
        "I had read the novel first",
        "It is set in a small harbour town",
        "The director has made three others",
    ],
    if_ironic=["you need a long nap", "you enjoy looking at your watch", "you have two hours to throw away"],
    if_sincere=["you want to forget your watch", "you can spare two hours", "a nap was your plan for the evening"],
    mock_complaints=[
        "My only complaint is that it ended after two hours",
        "Shame on the director for making me cry in front of my boss",
        "The worst of it is that I must wait a year for the next one",
        "I blame this film for my sore ribs, because I could not stop laughing",
    ],
    mock_praise=[
        "The best of it is that it ended after two hours",
        "Thanks to the director for letting me catch up on my sleep",
        "I loved the moment when the lights came on",
        "The ice cream in the interval was the most exciting part",
    ],
)

BOOK = Kind(
    things=[
        "novel",
        "crime story",
        "memoir",
        "family saga",
        "ghost story",
        "thriller",
        "love story",
        "adventure story",
    ],
    aspects=[
        aspect("the prose", "was", "graceful, crisp, vivid, musical", "clumsy, bloated, grey, laboured"),
        aspect("the heroine", "was", "believable, spirited, complex, likeable", "bland, whiny, implausible, tiresome"),
        aspect(
            "the first chapter", "was", "electric, inviting, brilliant, intriguing", "dry, slow, confusing, pompous"
        ),
        aspect("the translation", "was", "fluent, careful, lively, faithful", "stiff, sloppy, wooden, garbled"),
        aspect("the ending", "was", "earned, wise, unexpected, satisfying", "abrupt, trite, obvious, sentimental"),
        aspect("the drawings", "were", "beautiful, telling, delicate, amusing", "blurred, childish, pointless, ugly"),
        aspect(
            "the descriptions", "were", "vivid, sensuous, precise, fresh", "vague, endless, second-hand, long-winded"
        ),
        aspect(
            "the historical notes",
            "were",
            "fascinating, learned, rich, entertaining",
            "sketchy, dull, muddled, outdated",
        ),
    ],
    praise=["absorbing", "wise", "lively", "rewarding", "beautiful", "honest", "memorable", "sparkling"],
    blame=["boring", "smug", "lifeless", "repetitive", "confused", "sour", "forgettable", "plodding"],
    good=events(
        "the pages | turn themselves | turned themselves",
        "the mystery | keep me guessing | kept me guessing",
        "the first sentence | hook me | hooked me",
        "my daughter | ask for more | asked for more",
        "the characters | come alive | came alive",
        "the argument | hold together | held together",
    ),
    bad=events(
        "the pages | come loose | came loose",
        "the author | repeat himself | repeated himself",
        "my attention | wander | wandered",
        "the mystery | solve itself by page ten | solved itself by page ten",
        "the characters | blur into one | blurred into one",
        "the argument | go round in circles | went round in circles",
    ),
    facts=[
        "I borrowed it from the library",
        "It was a present from my aunt",
        "I read it on the train to work",
        "There are twelve chapters",
        "It is the author's second book",
        "I bought the paperback",
        "Our reading group picked it for March",
        "It is set in the nineteen thirties",
        "I read it in two sittings",
        "The cover shows a lighthouse",
    ],
    if_ironic=["your table has one leg too short", "you cannot get to sleep", "you have run out of firewood"],
    if_sincere=["your evenings are too short", "you do not mind a night without sleep", "you have a fire to sit by"],
    mock_complaints=[
        "I missed my stop twice because of it, and I want an apology",
        "My only complaint is the sleep that it cost me",
        "The worst thing about it is the last page, because there is no other after it",
        "Be warned: the dinner will burn while you read",
    ],
    mock_praise=[
        "I never slept so well as over this book",
        "The best thing about it is the last page, because there is no other after it",
        "The paper is of good quality, and that is all the praise I have",
        "It holds my kitchen door open without effort",
    ],
)

CAFE = Kind(
    things=["café", "bistro", "tea room", "noodle bar", "bakery", "pizzeria", "canteen", "pub"],
    aspects=[
        aspect("the soup", "was", "fragrant, hearty, hot, delicious", "watery, cold, salty, bland"),
        aspect("the coffee", "was", "strong, smooth, excellent, aromatic", "bitter, weak, burnt, lukewarm"),
        aspect("the service", "was", "friendly, quick, attentive, cheerful", "slow, rude, chaotic, grumpy"),
        aspect("the bread", "was", "crusty, fresh, warm, wonderful", "stale, soggy, dry, tasteless"),
        aspect("the room", "was", "cosy, bright, peaceful, spotless", "noisy, gloomy, draughty, grubby"),
        aspect("the portions", "were", "generous, ample, perfect, handsome", "tiny, stingy, mean, laughable"),
        aspect("the prices", "were", "fair, modest, reasonable, honest", "outrageous, inflated, absurd, shameless"),
        aspect("the waiters", "were", "kind, charming, helpful, patient", "sullen, careless, impatient, arrogant"),
    ],
    praise=["delicious", "welcoming", "lovely", "splendid", "memorable", "delightful", "first-rate", "relaxed"],
    blame=["awful", "shabby", "overpriced", "joyless", "greasy", "disappointing", "second-rate", "hectic"],
    good=events(
        "the cook | remember my allergy | remembered my allergy",
        "the waiter | find us a table by the window | found us a table by the window",
        "the food | come within ten minutes | came within ten minutes",
        "our son | eat his vegetables | ate his vegetables",
        "the cake | melt on the tongue | melted on the tongue",
        "the owner | greet us by name | greeted us by name",
    ),
    bad=events(
        "the waiter | forget our order | forgot our order",
        "the bill | contain a mistake | contained a mistake",
        "the food | go cold on the counter | went cold on the counter",
        "my wife | find a hair in the salad | found a hair in the salad",
        "the neighbours | smoke at the next table | smoked at the next table",
        "the toilet | be locked | was locked",
    ),
    facts=[
        "We came on a rainy Sunday",
        "There were four of us",
        "I had the lunch menu",
        "It is next to the railway station",
        "We had booked for eight o'clock",
        "They have tables in the yard",
        "I ordered the dish of the day",
        "It opened in the spring",
        "We paid by card",
        "I go past it every morning",
    ],
    if_ironic=[
        "you are on a strict diet",
        "you have no sense of taste",
        "you like to wait an hour for a glass of water",
    ],
    if_sincere=["you can forget your diet", "you have a sense of taste", "you do not mind a short wait for a table"],
    mock_complaints=[
        "My only complaint is that I could not finish it all",
        "I am angry with the cook, because nothing at home tastes of anything now",
        "Be warned: you will never want to eat elsewhere",
        "The one problem is that my trousers no longer fit",
    ],
    mock_praise=[
        "The glass of tap water was the highlight of the meal",
        "I congratulate the cook on the courage to serve this",
        "The best dish was the mint that came with the bill",
        "Never before have I been so glad to cook at home",
    ],
)

HOTEL = Kind(
    things=["hotel", "guest house", "hostel", "country inn", "lodge", "boarding house", "motel", "spa hotel"],
    aspects=[
        aspect("the bed", "was", "comfortable, firm, wide, heavenly", "lumpy, creaky, narrow, damp"),
        aspect("the breakfast", "was", "plentiful, fresh, excellent, varied", "meagre, stale, joyless, cold"),
        aspect("the bathroom", "was", "spotless, modern, gleaming, spacious", "mouldy, cramped, filthy, smelly"),
        aspect("the view", "was", "breathtaking, splendid, wide, glorious", "depressing, blocked, grim, ugly"),
        aspect("the staff", "were", "helpful, courteous, warm, discreet", "unfriendly, clueless, lazy, surly"),
        aspect("the garden", "was", "charming, shady, tidy, magical", "neglected, muddy, tiny, bare"),
        aspect("the towels", "were", "soft, thick, clean, fluffy", "threadbare, scratchy, stained, thin"),
        aspect("the walls", "were", "solid, freshly painted, thick, immaculate", "thin, peeling, grimy, stained"),
    ],
    praise=["comfortable", "quiet", "charming", "relaxing", "immaculate", "restful", "superb", "friendly"],
    blame=["noisy", "dirty", "dismal", "run-down", "gloomy", "stuffy", "miserable", "neglected"],
    good=events(
        "the porter | carry our bags | carried our bags",
        "we | sleep like stones | slept like stones",
        "the sun | wake us over the bay | woke us over the bay",
        "the children | make friends by the pool | made friends by the pool",
        "the landlady | bake a cake for us | baked a cake for us",
        "the night clerk | find my lost ring | found my lost ring",
    ),
    bad=events(
        "the lift | break down | broke down",
        "the shower | run cold | ran cold",
        "a party next door | keep us awake | kept us awake",
        "the booking | get lost | got lost",
        "the roof | leak | leaked",
        "the heating | fail at night | failed at night",
    ),
    facts=[
        "We stayed for three nights",
        "Our room was on the second floor",
        "It lies ten minutes from the beach",
        "I was there for a conference",
        "We arrived after midnight",
        "There is parking behind the house",
        "We travelled with a dog",
        "It was low season",
        "I booked it by telephone",
        "Breakfast is served until ten",
    ],
    if_ironic=["you collect mosquito bites", "you never sleep anyway", "you miss your days in the army"],
    if_sincere=[
        "you like to sleep late",
        "you want to hear nothing but crickets",
        "your days in the army taught you to value a bed",
    ],
    mock_complaints=[
        "My only complaint is that we had to go home",
        "The bed is a scandal: I overslept every day",
        "I will never forgive them, because my own house looks shabby now",
        "The one danger here is that you will not want to leave",
    ],
    mock_praise=[
        "The road out of town was the best part of our stay",
        "I thank the management for teaching me to sleep in the car",
        "The cockroaches, at least, were pleased to see us",
        "What a relief it was to go home",
    ],
)

GADGET = Kind(
    things=[
        "kettle",
        "toaster",
        "radio",
        "desk lamp",
        "alarm clock",
        "electric fan",
        "coffee grinder",
        "record player",
    ],
    aspects=[
        aspect("the casing", "is", "sturdy, beautiful, solid, well shaped", "flimsy, rattling, ugly, sharp"),
        aspect("the manual", "is", "clear, helpful, short, readable", "useless, cryptic, endless, misleading"),
        aspect("the finish", "is", "elegant, flawless, smooth, handsome", "scratched, cheap, tacky, uneven"),
        aspect("the switch", "is", "precise, reliable, handy, smooth", "stiff, fiddly, wobbly, unreliable"),
        aspect("the packaging", "is", "sensible, neat, compact, thrifty", "wasteful, huge, maddening, excessive"),
        aspect("the buttons", "are", "responsive, large, logical, firm", "sticky, tiny, confusing, mushy"),
        aspect("the materials", "are", "durable, first-class, robust, pleasant", "brittle, shoddy, smelly, nasty"),
        aspect(
            "the people on the help line",
            "are",
            "patient, polite, competent, quick",
            "rude, clueless, unreachable, slow",
        ),
    ],
    praise=["reliable", "practical", "well made", "ingenious", "handy", "excellent", "sturdy", "simple"],
    blame=["useless", "flimsy", "badly made", "awkward", "unreliable", "shoddy", "fragile", "overpriced"],
    good=events(
        "it | last for years | lasted for years",
        "it | survive a fall down the stairs | survived a fall down the stairs",
        "the shop | send a spare part free of charge | sent a spare part free of charge",
        "my grandmother | manage it without help | managed it without help",
        "it | work straight from the box | worked straight from the box",
        "it | save me an hour a week | saved me an hour a week",
    ),
    bad=events(
        "a screw | come loose | came loose",
        "it | break within a week | broke within a week",
        "it | smell of burnt rubber | smelled of burnt rubber",
        "the paint | peel | peeled",
        "the fuse | blow | blew",
        "one part | be missing | was missing",
    ),
    facts=[
        "I bought it for my office",
        "It comes in green and in grey",
        "It arrived on a Friday",
        "I have used it for six weeks",
        "It weighs about a kilo",
        "My old one was ten years old",
        "It was a wedding present",
        "The cable is two metres long",
        "It stands on my desk",
        "I ordered two of them",
    ],
    if_ironic=["you were looking for a paperweight", "you like to send parcels back", "your hobby is repairs"],
    if_sincere=["you are tired of repairs", "you hate to send parcels back", "your desk has room for one more thing"],
    mock_complaints=[
        "My only complaint is that my neighbours borrow it every day",
        "The trouble is that I gave the old one a place in my heart and now cannot think why",
        "I am cross with my brother, who has had one for years and never told me",
        "The makers will go broke, because nobody needs a second one",
    ],
    mock_praise=[
        "It looks its best in the dustbin",
        "The box it came in is a great success with my cat",
        "I praise the shop for taking it back without a word",
        "The makers will get rich, because everybody needs a second one within a month",
    ],
)

KINDS = [FILM, BOOK, CAFE, HOTEL, GADGET]

PEOPLE = [
    "my brother",
    "my neighbour",
    "a colleague",
    "my mother",
    "the critic of our paper",
    "my best friend",
    "the man in the shop",
    "my cousin",
    "our landlord",
    "an old friend",
    "my boss",
    "the woman next door",
    "my teacher",
    "a stranger on the bus",
]

OPENINGS = [""] * 10 + ["To be brief: ", "A short report. ", "For the record: ", "A word from a regular. "]
# Facts that hold a negation and no opinion: "not" alone must say nothing.
ASIDES = [
    "I do not write reviews often",
    "This is not my first one",
    "I had not heard of it before",
    "I was not in a hurry",
    "It was not my idea",
    "I did not pay for it myself",
    "I never leave five stars or one",
    "No one asked me for this review",
    "I am no expert",
    "I have nothing to compare it with",
]

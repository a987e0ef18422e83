# %% [markdown]
# # Answer bank: a text project
#
# Other right answers to the exercises of `22-text-project.py`, which must earn every point, and wrong ones that people give, each with the graded cells that must fail, the clause that it breaks, and the words that the student must see. Every cell is the content of a whole solution cell.


# %% exercise="what_counts" answer="a table of marks" expect="right"
# exercise: what_counts
def what_counts(review):
    if review.startswith("although "):
        return review.split(", ")[1]
    sides = {", but ": 1, ", although ": 0, ", which matters more to me than that ": 0, " than that ": 1, ". still, ": 1}
    for mark, side in sides.items():
        if mark in review:
            return review.split(mark)[side]


# %% exercise="what_counts" answer="regular expressions" expect="right"
# exercise: what_counts
import re
def what_counts(review):
    forms = [
        r"although .*, (?P<counts>.*)",
        r"(?P<counts>.*), although .*",
        r"(?P<counts>.*), which matters more to me than that .*",
        r"it matters less to me that .* than that (?P<counts>.*)",
        r"true, .*\. still, (?P<counts>.*)",
        r".*, but (?P<counts>.*)",
    ]
    return next(match for form in forms if (match := re.fullmatch(form, review)))["counts"]


# %% exercise="what_counts" answer="cut from the back" expect="right"
# exercise: what_counts
def what_counts(review):
    first, comma, second = review.partition(", ")
    if first == "true":
        return second.rpartition(", ")[2]
    if not comma:
        return review.rpartition(" than that ")[2]
    if first.startswith("although"):
        return second
    return second[4:] if second.startswith("but ") else first


# %% exercise="what_counts" answer="what comes before but" expect="wrong" fails="what_counts-1" breaks="1" says="With *but* a writer turns round"
# exercise: what_counts
def what_counts(review):
    if review.startswith("although "):
        return review.removeprefix("although ").split(", ")[1]
    for mark, side in ((", but ", 0), (", although ", 0), (", which matters more to me than that ", 0), (". still, ", 1)):
        if mark in review:
            return review.removeprefix("true, ").split(mark)[side]
    return review.removeprefix("it matters less to me that ").split(" than that ")[1]


# %% exercise="what_counts" answer="what although marks, in front" expect="wrong" fails="what_counts-1" breaks="2" says="here that stands first"
# exercise: what_counts
def what_counts(review):
    if review.startswith("although "):
        return review.removeprefix("although ").split(", ")[0]
    for mark, side in ((", but ", 1), (", although ", 0), (", which matters more to me than that ", 0), (". still, ", 1)):
        if mark in review:
            return review.removeprefix("true, ").split(mark)[side]
    return review.removeprefix("it matters less to me that ").split(" than that ")[1]


# %% exercise="what_counts" answer="what although marks, behind" expect="wrong" fails="what_counts-1" breaks="3" says="here that stands behind it"
# exercise: what_counts
def what_counts(review):
    if review.startswith("although "):
        return review.removeprefix("although ").split(", ")[1]
    for mark, side in ((", but ", 1), (", although ", 1), (", which matters more to me than that ", 0), (". still, ", 1)):
        if mark in review:
            return review.removeprefix("true, ").split(mark)[side]
    return review.removeprefix("it matters less to me that ").split(" than that ")[1]


# %% exercise="what_counts" answer="what it matters more than" expect="wrong" fails="what_counts-1" breaks="4" says="means the clause before it"
# exercise: what_counts
def what_counts(review):
    if review.startswith("although "):
        return review.removeprefix("although ").split(", ")[1]
    for mark, side in ((", but ", 1), (", although ", 0), (", which matters more to me than that ", 1), (". still, ", 1)):
        if mark in review:
            return review.removeprefix("true, ").split(mark)[side]
    return review.removeprefix("it matters less to me that ").split(" than that ")[1]


# %% exercise="what_counts" answer="what matters less" expect="wrong" fails="what_counts-1" breaks="5" says="The first matters less"
# exercise: what_counts
def what_counts(review):
    if review.startswith("although "):
        return review.removeprefix("although ").split(", ")[1]
    for mark, side in ((", but ", 1), (", although ", 0), (", which matters more to me than that ", 0), (". still, ", 1)):
        if mark in review:
            return review.removeprefix("true, ").split(mark)[side]
    return review.removeprefix("it matters less to me that ").split(" than that ")[0]


# %% exercise="what_counts" answer="what is true, but given up" expect="wrong" fails="what_counts-1" breaks="6" says="gives way to an objection"
# exercise: what_counts
def what_counts(review):
    if review.startswith("although "):
        return review.removeprefix("although ").split(", ")[1]
    for mark, side in ((", but ", 1), (", although ", 0), (", which matters more to me than that ", 0), (". still, ", 0)):
        if mark in review:
            return review.removeprefix("true, ").split(mark)[side]
    return review.removeprefix("it matters less to me that ").split(" than that ")[1]


# %% exercise="what_counts" answer="always the last clause" expect="wrong" fails="what_counts-1" breaks="3,4" says="here that stands behind it"
# exercise: what_counts
def what_counts(review):
    if review.startswith("although "):
        return review.removeprefix("although ").split(", ")[1]
    for mark, side in ((", but ", 1), (", although ", 1), (", which matters more to me than that ", 1), (". still, ", 1)):
        if mark in review:
            return review.removeprefix("true, ").split(mark)[side]
    return review.removeprefix("it matters less to me that ").split(" than that ")[1]


# %% exercise="what_counts" answer="always the first clause" expect="wrong" fails="what_counts-1" breaks="1,2,5,6" says="With *but* a writer turns round"
# exercise: what_counts
def what_counts(review):
    if review.startswith("although "):
        return review.removeprefix("although ").split(", ")[0]
    for mark, side in ((", but ", 0), (", although ", 0), (", which matters more to me than that ", 0), (". still, ", 0)):
        if mark in review:
            return review.removeprefix("true, ").split(mark)[side]
    return review.removeprefix("it matters less to me that ").split(" than that ")[0]


# %% exercise="what_counts" answer="although is asked for in the middle alone" expect="wrong" fails="what_counts-1" breaks="2"
# exercise: what_counts
def what_counts(review):
    for mark, side in ((", but ", 1), ("although ", 0), (", which matters more to me than that ", 0), (". still, ", 1)):
        if mark in review:
            return review.split(mark)[side].removesuffix(", ")
    return review.split(" than that ")[1]


# %% exercise="what_counts" answer="but is found in butter" expect="wrong" fails="what_counts-1" breaks="3,4,5,6" says="There is a *but* in butter"
# exercise: what_counts
def what_counts(review):
    if review.startswith("although "):
        return review.split(", ")[1]
    for mark, side in (("but", 1), (", although ", 0), (", which matters more to me than that ", 0), (". still, ", 1)):
        if mark in review:
            return review.split(mark)[side].strip()
    return review.split(" than that ")[1]


# %% exercise="what_counts" answer="the blank stays in front" expect="wrong" fails="what_counts-1" breaks="1,2,5,6"
# exercise: what_counts
def what_counts(review):
    if review.startswith("although "):
        return review.split(",")[1]
    for mark, side in ((", but", 1), (", although", 0), (", which", 0), (". still,", 1)):
        if mark in review:
            return review.split(mark)[side]
    return review.split(" than that")[1]


# %% exercise="vocabulary" answer="a counter" expect="right"
# exercise: vocabulary
from collections import Counter
def vocabulary(texts, size):
    counts = Counter(word for text in texts for word in text.split())
    ordered = sorted(counts, key=lambda word: (-counts[word], word))
    return ["", "[UNK]"] + ordered[:size - 2]


# %% exercise="vocabulary" answer="NumPy" expect="right"
# exercise: vocabulary
def vocabulary(texts, size):
    words = [word for text in texts for word in text.split()]
    unique, counts = np.unique(np.array(words, str), return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return ["", "[UNK]", *unique[order].tolist()][:size]


# %% exercise="vocabulary" answer="one word after another" expect="right"
# exercise: vocabulary
def vocabulary(texts, size):
    left, chosen = " ".join(texts).split(), ["", "[UNK]"]
    while left and len(chosen) < size:
        best = min(left, key=lambda word: (-left.count(word), word))
        chosen.append(best)
        left = [word for word in left if word != best]
    return chosen


# %% exercise="vocabulary" answer="pandas" expect="right"
# exercise: vocabulary
import pandas as pd
def vocabulary(texts, size):
    words = pd.Series(" ".join(texts).split())
    counts = words.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    return ["", "[UNK]"] + list(counts.index[:size - 2])


# %% exercise="vocabulary" answer="unknown in front of padding" expect="wrong" fails="vocabulary-1" breaks="1" says="Number 0 is padding"
# exercise: vocabulary
from collections import Counter
def vocabulary(texts, size):
    counts = Counter(word for text in texts for word in text.split())
    ordered = sorted(counts, key=lambda word: (-counts[word], word))
    return ["[UNK]", "", *ordered[:size - 2]]


# %% exercise="vocabulary" answer="words alone" expect="wrong" fails="vocabulary-1" breaks="1,5"
# exercise: vocabulary
from collections import Counter
def vocabulary(texts, size):
    counts = Counter(word for text in texts for word in text.split())
    ordered = sorted(counts, key=lambda word: (-counts[word], word))
    return ordered[:size - 2]


# %% exercise="vocabulary" answer="the rarest first" expect="wrong" fails="vocabulary-1" breaks="2" says="The more frequent come first"
# exercise: vocabulary
from collections import Counter
def vocabulary(texts, size):
    counts = Counter(word for text in texts for word in text.split())
    ordered = sorted(counts, key=lambda word: (counts[word], word))
    return ["", "[UNK]", *ordered[:size - 2]]


# %% exercise="vocabulary" answer="by the alphabet alone" expect="wrong" fails="vocabulary-1" breaks="2"
# exercise: vocabulary
from collections import Counter
def vocabulary(texts, size):
    counts = Counter(word for text in texts for word in text.split())
    ordered = sorted(counts, key=lambda word: word)
    return ["", "[UNK]", *ordered[:size - 2]]


# %% exercise="vocabulary" answer="texts are counted, not words" expect="wrong" fails="vocabulary-1" breaks="3" says="Count each occurrence"
# exercise: vocabulary
from collections import Counter
def vocabulary(texts, size):
    counts = Counter(word for text in texts for word in set(text.split()))
    ordered = sorted(counts, key=lambda word: (-counts[word], word))
    return ["", "[UNK]", *ordered[:size - 2]]


# %% exercise="vocabulary" answer="ties as they come" expect="wrong" fails="vocabulary-1" breaks="4" says="not by where they stand"
# exercise: vocabulary
from collections import Counter
def vocabulary(texts, size):
    counts = Counter(word for text in texts for word in text.split())
    ordered = sorted(counts, key=lambda word: -counts[word])
    return ["", "[UNK]", *ordered[:size - 2]]


# %% exercise="vocabulary" answer="both sorted backwards" expect="wrong" fails="vocabulary-1" breaks="4" says="b comes first"
# exercise: vocabulary
from collections import Counter
def vocabulary(texts, size):
    counts = Counter(" ".join(texts).split())
    ordered = sorted(counts, key=lambda word: (counts[word], word), reverse=True)
    return ["", "[UNK]", *ordered[:size - 2]]


# %% exercise="vocabulary" answer="cut before equal ones are sorted" expect="wrong" fails="vocabulary-1" breaks="4"
# exercise: vocabulary
from collections import Counter
def vocabulary(texts, size):
    common = Counter(" ".join(texts).split()).most_common(size - 2)
    return ["", "[UNK]", *(word for word, count in sorted(common, key=lambda pair: (-pair[1], pair[0])))]


# %% exercise="vocabulary" answer="the shorter word first" expect="wrong" fails="vocabulary-1" breaks="4"
# exercise: vocabulary
from collections import Counter
def vocabulary(texts, size):
    counts = Counter(word for text in texts for word in text.split())
    ordered = sorted(counts, key=lambda word: (-counts[word], len(word), word))
    return ["", "[UNK]", *ordered[:size - 2]]


# %% exercise="vocabulary" answer="padding and unknown come on top" expect="wrong" fails="vocabulary-1" breaks="5" says="are two of the five"
# exercise: vocabulary
from collections import Counter
def vocabulary(texts, size):
    counts = Counter(word for text in texts for word in text.split())
    ordered = sorted(counts, key=lambda word: (-counts[word], word))
    return ["", "[UNK]", *ordered[:size]]


# %% exercise="vocabulary" answer="one place is lost" expect="wrong" fails="vocabulary-1" breaks="5"
# exercise: vocabulary
from collections import Counter
def vocabulary(texts, size):
    counts = Counter(word for text in texts for word in text.split())
    ordered = sorted(counts, key=lambda word: (-counts[word], word))
    return ["", "[UNK]", *ordered[:size - 3]]


# %% exercise="vocabulary" answer="filled up with nothing" expect="wrong" fails="vocabulary-1" breaks="6" says="then the list is shorter"
# exercise: vocabulary
from collections import Counter
def vocabulary(texts, size):
    counts = Counter(word for text in texts for word in text.split())
    ordered = sorted(counts, key=lambda word: (-counts[word], word))
    return (["", "[UNK]", *ordered] + [""] * size)[:size]


# %% exercise="vocabulary" answer="the empty word is a word" expect="wrong" fails="vocabulary-1" breaks="6"
# exercise: vocabulary
from collections import Counter
def vocabulary(texts, size):
    counts = Counter(word for text in texts for word in text.split(" "))
    ordered = sorted(counts, key=lambda word: (-counts[word], word))
    return ["", "[UNK]", *ordered[:size - 2]]


# %% exercise="encode" answer="a dictionary, and rows of zeros" expect="right"
# exercise: encode
def encode(texts, words, length):
    number_of = {word: number for number, word in enumerate(words)}
    numbers = np.zeros((len(texts), length), "int32")
    for row, text in zip(numbers, texts):
        tidy = text.lower().translate(str.maketrans("", "", string.punctuation))
        found = [number_of.get(word, 1) for word in tidy.split()][:length]
        row[:len(found)] = found
    return numbers


# %% exercise="encode" answer="the layer itself" expect="right"
# exercise: encode
def encode(texts, words, length):
    layer = layers.TextVectorization(output_sequence_length=length, vocabulary=words)
    return layer(texts)


# %% exercise="encode" answer="a regular expression and a padded list" expect="right"
# exercise: encode
import re
from itertools import chain, islice, repeat
def encode(texts, words, length):
    def numbers(text):
        for word in re.sub(f"[{re.escape(string.punctuation)}]", "", text).lower().split():
            yield words.index(word) if word in words else 1
    return [list(islice(chain(numbers(text), repeat(0)), length)) for text in texts]


# %% exercise="encode" answer="strings of TensorFlow, a ragged tensor" expect="right"
# exercise: encode
def encode(texts, words, length):
    tidy = tf.strings.regex_replace(tf.strings.lower(texts), r"[!-/:-@\[-`{-~]", "")
    split = tf.strings.split(tidy)
    same = tf.cast(split.flat_values[:, tf.newaxis] == tf.constant(words), tf.int32)
    same = tf.concat([same[:, :1], tf.ones_like(same[:, :1]), same[:, 2:] * 2], axis=1)
    return split.with_flat_values(tf.argmax(same, axis=1)).to_tensor(shape=[len(texts), length])


# %% exercise="encode" answer="capital letters stay" expect="wrong" fails="encode-1" breaks="1" says="Make capital letters small"
# exercise: encode
def encode(texts, words, length):
    number_of = {word: number for number, word in enumerate(words)}
    numbers = np.zeros((len(texts), length), "int32")
    for row, text in zip(numbers, texts):
        tidy = text.translate(str.maketrans("", "", string.punctuation))
        found = [number_of.get(word, 1) for word in tidy.split()][:length]
        row[:len(found)] = found
    return numbers


# %% exercise="encode" answer="only the first letter is made small" expect="wrong" fails="encode-1" breaks="1"
# exercise: encode
def encode(texts, words, length):
    number_of = {word: number for number, word in enumerate(words)}
    numbers = np.zeros((len(texts), length), "int32")
    for row, text in zip(numbers, texts):
        tidy = (text[:1].lower() + text[1:]).translate(str.maketrans("", "", string.punctuation))
        found = [number_of.get(word, 1) for word in tidy.split()][:length]
        row[:len(found)] = found
    return numbers


# %% exercise="encode" answer="punctuation stays" expect="wrong" fails="encode-1" breaks="2" says="Punctuation is deleted before"
# exercise: encode
def encode(texts, words, length):
    number_of = {word: number for number, word in enumerate(words)}
    numbers = np.zeros((len(texts), length), "int32")
    for row, text in zip(numbers, texts):
        tidy = text.lower()
        found = [number_of.get(word, 1) for word in tidy.split()][:length]
        row[:len(found)] = found
    return numbers


# %% exercise="encode" answer="a blank in place of each mark" expect="wrong" fails="encode-1" breaks="2" says="no blank is put in its place"
# exercise: encode
def encode(texts, words, length):
    number_of = {word: number for number, word in enumerate(words)}
    numbers = np.zeros((len(texts), length), "int32")
    for row, text in zip(numbers, texts):
        tidy = text.lower().translate(str.maketrans(string.punctuation, " " * 32))
        found = [number_of.get(word, 1) for word in tidy.split()][:length]
        row[:len(found)] = found
    return numbers


# %% exercise="encode" answer="marks at the ends of words alone" expect="wrong" fails="encode-1" breaks="2"
# exercise: encode
def encode(texts, words, length):
    number_of = {word: number for number, word in enumerate(words)}
    numbers = np.zeros((len(texts), length), "int32")
    for row, text in zip(numbers, texts):
        tidy = text.lower()
        found = [number_of.get(word, 1) for word in [word.strip(string.punctuation) for word in tidy.split()]][:length]
        row[:len(found)] = found
    return numbers


# %% exercise="encode" answer="letters and digits alone are kept" expect="wrong" fails="encode-1" breaks="2" says="it stays, an unknown word"
# exercise: encode
def encode(texts, words, length):
    number_of = {word: number for number, word in enumerate(words)}
    numbers = np.zeros((len(texts), length), "int32")
    for row, text in zip(numbers, texts):
        tidy = "".join(letter for letter in text.lower() if letter.isalnum() or letter == " ")
        found = [number_of.get(word, 1) for word in tidy.split()][:length]
        row[:len(found)] = found
    return numbers


# %% exercise="encode" answer="the usual marks alone" expect="wrong" fails="encode-1" breaks="2"
# exercise: encode
def encode(texts, words, length):
    number_of = {word: number for number, word in enumerate(words)}
    numbers = np.zeros((len(texts), length), "int32")
    for row, text in zip(numbers, texts):
        tidy = text.lower().translate(str.maketrans("", "", ".,:;!?-'"))
        found = [number_of.get(word, 1) for word in tidy.split()][:length]
        row[:len(found)] = found
    return numbers


# %% exercise="encode" answer="split at each blank" expect="wrong" fails="encode-1" breaks="3"
# exercise: encode
def encode(texts, words, length):
    number_of = {word: number for number, word in enumerate(words)}
    numbers = np.zeros((len(texts), length), "int32")
    for row, text in zip(numbers, texts):
        tidy = text.lower().translate(str.maketrans("", "", string.punctuation))
        found = [number_of.get(word, 1) for word in tidy.split(" ")][:length]
        row[:len(found)] = found
    return numbers


# %% exercise="encode" answer="numbers begin with the first word" expect="wrong" fails="encode-1" breaks="3" says="The number is the place in the whole list"
# exercise: encode
def encode(texts, words, length):
    numbers = np.zeros((len(texts), length), "int32")
    for row, text in zip(numbers, texts):
        tidy = text.lower().translate(str.maketrans("", "", string.punctuation))
        found = [words[2:].index(word) if word in words[2:] else 1 for word in tidy.split()][:length]
        row[:len(found)] = found
    return numbers


# %% exercise="encode" answer="unknown words are left out" expect="wrong" fails="encode-1" breaks="4" says="is not left out"
# exercise: encode
def encode(texts, words, length):
    number_of = {word: number for number, word in enumerate(words)}
    numbers = np.zeros((len(texts), length), "int32")
    for row, text in zip(numbers, texts):
        tidy = text.lower().translate(str.maketrans("", "", string.punctuation))
        found = [number_of.get(word, None) for word in tidy.split()]
        found = [number for number in found if number is not None][:length]
        row[:len(found)] = found
    return numbers


# %% exercise="encode" answer="unknown words are 0" expect="wrong" fails="encode-1" breaks="4"
# exercise: encode
def encode(texts, words, length):
    number_of = {word: number for number, word in enumerate(words)}
    numbers = np.zeros((len(texts), length), "int32")
    for row, text in zip(numbers, texts):
        tidy = text.lower().translate(str.maketrans("", "", string.punctuation))
        found = [number_of.get(word, 0) for word in tidy.split()][:length]
        row[:len(found)] = found
    return numbers


# %% exercise="encode" answer="the last words are kept" expect="wrong" fails="encode-1" breaks="5" says="The first words are kept"
# exercise: encode
def encode(texts, words, length):
    number_of = {word: number for number, word in enumerate(words)}
    numbers = np.zeros((len(texts), length), "int32")
    for row, text in zip(numbers, texts):
        tidy = text.lower().translate(str.maketrans("", "", string.punctuation))
        found = [number_of.get(word, 1) for word in tidy.split()][-length:]
        row[:len(found)] = found
    return numbers


# %% exercise="encode" answer="zeros in front" expect="wrong" fails="encode-1" breaks="6" says="Zeros come at the end"
# exercise: encode
def encode(texts, words, length):
    number_of = {word: number for number, word in enumerate(words)}
    numbers = np.zeros((len(texts), length), "int32")
    for row, text in zip(numbers, texts):
        tidy = text.lower().translate(str.maketrans("", "", string.punctuation))
        found = [number_of.get(word, 1) for word in tidy.split()][:length]
        row[length - len(found):] = found
    return numbers


# %% exercise="encode" answer="as long as the longest text" expect="wrong" fails="encode-1" breaks="6"
# exercise: encode
def encode(texts, words, length):
    rows = []
    for text in texts:
        tidy = text.lower().translate(str.maketrans("", "", string.punctuation))
        rows.append([words.index(word) if word in words else 1 for word in tidy.split()][:length])
    longest = max(map(len, rows))
    return np.array([row + [0] * (longest - len(row)) for row in rows])


# %% exercise="run_effects" answer="a loop over starts" expect="right"
# exercise: run_effects
def run_effects(predict, numbers, width):
    n = np.count_nonzero(numbers)
    rows = [numbers]
    for start in range(n - width + 1):
        shorter = np.delete(numbers, range(start, start + width))
        rows.append(np.pad(shorter, (0, width)))
    scores = np.asarray(predict(np.stack(rows)))[:, 0]
    return scores[0] - scores[1:]


# %% exercise="run_effects" answer="lists" expect="right"
# exercise: run_effects
def run_effects(predict, numbers, width):
    words = [number for number in numbers if number]
    versions = [words] + [words[:k] + words[k + width:] for k in range(len(words) - width + 1)]
    rows = np.array([version + [0] * (len(numbers) - len(version)) for version in versions])
    whole, *parts = [score[0] for score in predict(rows)]
    return [whole - part for part in parts]


# %% exercise="run_effects" answer="tensors" expect="right"
# exercise: run_effects
def run_effects(predict, numbers, width):
    n = tf.math.count_nonzero(numbers)
    rows = [numbers]
    for k in range(n - width + 1):
        rows.append(tf.concat([numbers[:k], numbers[k + width:], tf.zeros(width, tf.int32)], axis=0))
    scores = predict(tf.stack(rows))
    return scores[0, 0] - scores[1:, 0]


# %% exercise="run_effects" answer="one run too few" expect="wrong" fails="run_effects-1" breaks="1" says="one more"
# exercise: run_effects
def run_effects(predict, numbers, width):
    n = np.count_nonzero(numbers)
    rows = [numbers]
    for start in range(n - width):
        rows.append(np.pad(np.delete(numbers, range(start, start + width)), (0, width)))
    scores = np.asarray(predict(np.stack(rows)))[:, 0]
    return scores[0] - scores[1:]


# %% exercise="run_effects" answer="runs side by side" expect="wrong" fails="run_effects-1" breaks="1" says="begins one word further on"
# exercise: run_effects
def run_effects(predict, numbers, width):
    n = np.count_nonzero(numbers)
    rows = [numbers]
    for start in range(0, n - width + 1, width):
        rows.append(np.pad(np.delete(numbers, range(start, start + width)), (0, width)))
    scores = np.asarray(predict(np.stack(rows)))[:, 0]
    return scores[0] - scores[1:]


# %% exercise="run_effects" answer="a shorter text has one run" expect="wrong" fails="run_effects-1" breaks="1"
# exercise: run_effects
def run_effects(predict, numbers, width):
    n = np.count_nonzero(numbers)
    rows = [numbers]
    for start in range(max(1, n - width + 1)):
        rows.append(np.pad(np.delete(numbers, range(start, start + width)), (0, width)))
    scores = np.asarray(predict(np.stack(rows)))[:, 0]
    return scores[0] - scores[1:]


# %% exercise="run_effects" answer="from the end to the beginning" expect="wrong" fails="run_effects-1" breaks="1"
# exercise: run_effects
def run_effects(predict, numbers, width):
    n = np.count_nonzero(numbers)
    rows = [numbers]
    for start in range(n - width + 1):
        rows.append(np.pad(np.delete(numbers, range(start, start + width)), (0, width)))
    scores = np.asarray(predict(np.stack(rows)))[:, 0]
    return (scores[0] - scores[1:])[::-1]


# %% exercise="run_effects" answer="the wrong sign" expect="wrong" fails="run_effects-1" breaks="2" says="not the reverse"
# exercise: run_effects
def run_effects(predict, numbers, width):
    n = np.count_nonzero(numbers)
    rows = [numbers]
    for start in range(n - width + 1):
        rows.append(np.pad(np.delete(numbers, range(start, start + width)), (0, width)))
    scores = np.asarray(predict(np.stack(rows)))[:, 0]
    return scores[1:] - scores[0]


# %% exercise="run_effects" answer="the score of the run alone" expect="wrong" fails="run_effects-1" breaks="2"
# exercise: run_effects
def run_effects(predict, numbers, width):
    n = np.count_nonzero(numbers)
    rows = [numbers]
    for start in range(n - width + 1):
        rows.append(np.pad(numbers[start:start + width], (0, len(numbers) - width)))
    scores = np.asarray(predict(np.stack(rows)))[:, 0]
    return scores[1:]


# %% exercise="run_effects" answer="a share of the score" expect="wrong" fails="run_effects-1" breaks="2"
# exercise: run_effects
def run_effects(predict, numbers, width):
    n = np.count_nonzero(numbers)
    rows = [numbers]
    for start in range(n - width + 1):
        rows.append(np.pad(np.delete(numbers, range(start, start + width)), (0, width)))
    scores = np.asarray(predict(np.stack(rows)))[:, 0]
    return 1 - scores[1:] / scores[0]


# %% exercise="run_effects" answer="zeros in the gap" expect="wrong" fails="run_effects-1" breaks="3" says="move up"
# exercise: run_effects
def run_effects(predict, numbers, width):
    n = np.count_nonzero(numbers)
    rows = [numbers]
    for start in range(n - width + 1):
        gap = numbers.copy()
        gap[start:start + width] = 0
        rows.append(gap)
    scores = np.asarray(predict(np.stack(rows)))[:, 0]
    return scores[0] - scores[1:]


# %% exercise="run_effects" answer="the unknown word in the gap" expect="wrong" fails="run_effects-1" breaks="3" says="do not put the unknown word"
# exercise: run_effects
def run_effects(predict, numbers, width):
    n = np.count_nonzero(numbers)
    rows = [numbers]
    for start in range(n - width + 1):
        gap = numbers.copy()
        gap[start:start + width] = 1
        rows.append(gap)
    scores = np.asarray(predict(np.stack(rows)))[:, 0]
    return scores[0] - scores[1:]


# %% exercise="run_effects" answer="zeros at the beginning" expect="wrong" fails="run_effects-1" breaks="3"
# exercise: run_effects
def run_effects(predict, numbers, width):
    n = np.count_nonzero(numbers)
    rows = [numbers]
    for start in range(n - width + 1):
        rows.append(np.pad(np.delete(numbers, range(start, start + width)), (width, 0)))
    scores = np.asarray(predict(np.stack(rows)))[:, 0]
    return scores[0] - scores[1:]


# %% exercise="run_effects" answer="one word, whatever the width" expect="wrong" fails="run_effects-1" breaks="3"
# exercise: run_effects
def run_effects(predict, numbers, width):
    n = np.count_nonzero(numbers)
    rows = [numbers]
    for start in range(n - width + 1):
        rows.append(np.pad(np.delete(numbers, start), (0, 1)))
    scores = np.asarray(predict(np.stack(rows)))[:, 0]
    return scores[0] - scores[1:]


# %% exercise="run_effects" answer="padding is taken out, too" expect="wrong" fails="run_effects-1" breaks="4" says="The padding is no word"
# exercise: run_effects
def run_effects(predict, numbers, width):
    n = len(numbers)
    rows = [numbers]
    for start in range(n - width + 1):
        rows.append(np.pad(np.delete(numbers, range(start, start + width)), (0, width)))
    scores = np.asarray(predict(np.stack(rows)))[:, 0]
    return scores[0] - scores[1:]


# %% exercise="run_effects" answer="asked for each run" expect="wrong" fails="run_effects-1" breaks="5" says="All rows in one call"
# exercise: run_effects
def run_effects(predict, numbers, width):
    n = np.count_nonzero(numbers)
    rows = [numbers]
    for start in range(n - width + 1):
        rows.append(np.pad(np.delete(numbers, range(start, start + width)), (0, width)))
    scores = np.array([np.asarray(predict(row[np.newaxis]))[0, 0] for row in rows])
    return scores[0] - scores[1:]


# %% exercise="run_effects" answer="the whole text is asked for by itself" expect="wrong" fails="run_effects-1" breaks="5"
# exercise: run_effects
def run_effects(predict, numbers, width):
    n = np.count_nonzero(numbers)
    rows = [numbers]
    for start in range(n - width + 1):
        rows.append(np.pad(np.delete(numbers, range(start, start + width)), (0, width)))
    whole, scores = np.asarray(predict(numbers[np.newaxis]))[0, 0], np.asarray(predict(np.stack(rows)))[:, 0]
    return whole - scores[1:]


# %% exercise="run_effects" answer="the last version stays in numbers" expect="wrong" fails="run_effects-1" breaks="6" says="Work on copies"
# exercise: run_effects
def run_effects(predict, numbers, width):
    rows = [numbers.copy()]
    for start in range(np.count_nonzero(numbers) - width + 1):
        numbers[:] = np.pad(np.delete(rows[0], range(start, start + width)), (0, width))
        rows.append(numbers.copy())
    scores = np.asarray(predict(np.stack(rows)))[:, 0]
    return scores[0] - scores[1:]


# %% exercise="mean_vectors" answer="weights of words" expect="right"
# exercise: mean_vectors
def mean_vectors(train, new, table):
    vectorize = layers.TextVectorization(max_tokens=len(table))
    vectorize.adapt(train)
    numbers = vectorize(new)
    is_word = tf.cast(numbers > 0, "float32")[:, :, tf.newaxis]
    return tf.reduce_sum(tf.gather(table, numbers) * is_word, axis=1) / tf.reduce_sum(is_word, axis=1)


# %% exercise="mean_vectors" answer="an embedding that masks" expect="right"
# exercise: mean_vectors
def mean_vectors(train, new, table):
    vectorize = layers.TextVectorization(max_tokens=len(table))
    vectorize.adapt(train)
    embed = layers.Embedding(*table.shape, mask_zero=True)
    embed.build()
    embed.set_weights([table])
    numbers = vectorize(new)
    return layers.GlobalAveragePooling1D()(embed(numbers))


# %% exercise="mean_vectors" answer="by hand" expect="right"
# exercise: mean_vectors
from collections import Counter
def mean_vectors(train, new, table):
    counts = Counter(" ".join(train).split()).most_common(len(table) - 2)
    row_of = {word: row for row, (word, _) in enumerate(counts, 2)}
    return [np.mean([table[row_of.get(word, 1)] for word in text.split()], axis=0) for text in new]


# %% exercise="mean_vectors" answer="text by text" expect="right"
# exercise: mean_vectors
def mean_vectors(train, new, table):
    vectorize = layers.TextVectorization(max_tokens=len(table))
    vectorize.adapt(train)
    return [tf.reduce_mean(tf.gather(table, vectorize(text)), axis=0) for text in new]


# %% exercise="mean_vectors" answer="each word once" expect="wrong" fails="mean_vectors-1,mean_vectors-2" breaks="1" says="counts four times"
# exercise: mean_vectors
def mean_vectors(train, new, table):
    vectorize = layers.TextVectorization(max_tokens=len(table))
    vectorize.adapt(train)
    means = [table[np.unique(vectorize(text).numpy())].mean(axis=0) for text in new]
    return np.stack(means)


# %% exercise="mean_vectors" answer="the sum" expect="wrong" fails="mean_vectors-1,mean_vectors-2" breaks="1"
# exercise: mean_vectors
def mean_vectors(train, new, table):
    vectorize = layers.TextVectorization(max_tokens=len(table))
    vectorize.adapt(train)
    numbers = vectorize(new)
    is_word = tf.cast(numbers > 0, "float32")[:, :, tf.newaxis]
    return tf.reduce_sum(tf.gather(table, numbers) * is_word, axis=1)


# %% exercise="mean_vectors" answer="the vocabulary of all texts" expect="wrong" fails="mean_vectors-1" breaks="2" says="Learn the vocabulary from train alone"
# exercise: mean_vectors
def mean_vectors(train, new, table):
    vectorize = layers.TextVectorization(max_tokens=len(table))
    vectorize.adapt(train + new)
    numbers = vectorize(new)
    is_word = tf.cast(numbers > 0, "float32")[:, :, tf.newaxis]
    return tf.reduce_sum(tf.gather(table, numbers) * is_word, axis=1) / tf.reduce_sum(is_word, axis=1)


# %% exercise="mean_vectors" answer="texts are counted, not words" expect="wrong" fails="mean_vectors-1,mean_vectors-2" breaks="1"
# exercise: mean_vectors
from collections import Counter
def mean_vectors(train, new, table):
    counts = Counter(word for text in train for word in set(text.split())).most_common(len(table) - 2)
    row_of = {word: row for row, (word, _) in enumerate(counts, 2)}
    return [np.mean([table[row_of.get(word, 1)] for word in text.split()], axis=0) for text in new]


# %% exercise="mean_vectors" answer="a row is left over" expect="wrong" fails="mean_vectors-1" breaks="3" says="only c has no number left"
# exercise: mean_vectors
def mean_vectors(train, new, table):
    vectorize = layers.TextVectorization(max_tokens=len(table) - 1)
    vectorize.adapt(train)
    numbers = vectorize(new)
    is_word = tf.cast(numbers > 0, "float32")[:, :, tf.newaxis]
    return tf.reduce_sum(tf.gather(table, numbers) * is_word, axis=1) / tf.reduce_sum(is_word, axis=1)


# %% exercise="mean_vectors" answer="a number too many, cut off at the table's end" expect="wrong" fails="mean_vectors-1" breaks="3"
# exercise: mean_vectors
def mean_vectors(train, new, table):
    vectorize = layers.TextVectorization(max_tokens=len(table) + 1)
    vectorize.adapt(train)
    numbers = vectorize(new)
    is_word = tf.cast(numbers > 0, "float32")[:, :, tf.newaxis]
    return tf.reduce_sum(tf.gather(table, tf.minimum(numbers, len(table) - 1)) * is_word, axis=1) / tf.reduce_sum(is_word, axis=1)


# %% exercise="mean_vectors" answer="a number too many" expect="error" fails="mean_vectors-1" breaks="3"
# exercise: mean_vectors
def mean_vectors(train, new, table):
    vectorize = layers.TextVectorization(max_tokens=len(table) + 1)
    vectorize.adapt(train)
    numbers = vectorize(new)
    is_word = tf.cast(numbers > 0, "float32")[:, :, tf.newaxis]
    return tf.reduce_sum(tf.gather(table, numbers) * is_word, axis=1) / tf.reduce_sum(is_word, axis=1)


# %% exercise="mean_vectors" answer="unknown words are left out" expect="wrong" fails="mean_vectors-1" breaks="4" says="it is not left out"
# exercise: mean_vectors
def mean_vectors(train, new, table):
    vectorize = layers.TextVectorization(max_tokens=len(table))
    vectorize.adapt(train)
    numbers = vectorize(new)
    is_word = tf.cast(numbers > 1, "float32")[:, :, tf.newaxis]
    return tf.math.divide_no_nan(tf.reduce_sum(tf.gather(table, numbers) * is_word, axis=1), tf.reduce_sum(is_word, axis=1))


# %% exercise="mean_vectors" answer="unknown words take row 0" expect="wrong" fails="mean_vectors-1" breaks="4" says="not row 0"
# exercise: mean_vectors
def mean_vectors(train, new, table):
    vectorize = layers.TextVectorization(max_tokens=len(table))
    vectorize.adapt(train)
    numbers = vectorize(new)
    is_word = tf.cast(numbers > 0, "float32")[:, :, tf.newaxis]
    return tf.reduce_sum(tf.gather(table, tf.where(numbers == 1, 0, numbers)) * is_word, axis=1) / tf.reduce_sum(is_word, axis=1)


# %% exercise="mean_vectors" answer="padding is a word" expect="wrong" fails="mean_vectors-2" breaks="5" says="leave the padding out"
# exercise: mean_vectors
def mean_vectors(train, new, table):
    vectorize = layers.TextVectorization(max_tokens=len(table))
    vectorize.adapt(train)
    numbers = vectorize(new)
    is_word = tf.ones_like(numbers[:, :, tf.newaxis], dtype=tf.float32)
    return tf.reduce_sum(tf.gather(table, numbers) * is_word, axis=1) / tf.reduce_sum(is_word, axis=1)


# %% exercise="mean_vectors" answer="padding is a word of zeros" expect="wrong" fails="mean_vectors-2" breaks="5" says="out of the number of words"
# exercise: mean_vectors
def mean_vectors(train, new, table):
    vectorize = layers.TextVectorization(max_tokens=len(table))
    vectorize.adapt(train)
    numbers = vectorize(new)
    is_word = tf.cast(numbers > 0, "float32")[:, :, tf.newaxis]
    return tf.reduce_mean(tf.gather(table, numbers) * is_word, axis=1)


# %% exercise="mean_vectors" answer="a mask that the mean does not get" expect="wrong" fails="mean_vectors-2" breaks="5" says="leave the padding out"
# exercise: mean_vectors
def mean_vectors(train, new, table):
    vectorize = layers.TextVectorization(max_tokens=len(table))
    vectorize.adapt(train)
    embed = layers.Embedding(*table.shape, mask_zero=True)
    embed.build()
    embed.set_weights([table])
    return tf.reduce_mean(embed(vectorize(new)), axis=1)


# %% exercise="suspects" answer="a row of chances" expect="right"
# exercise: suspects
def suspects(fit, texts, labels, folds, k):
    rows = np.arange(len(texts))
    chances = np.empty(len(texts))
    for fold in range(folds):
        inside, outside = rows[rows % folds == fold], rows[rows % folds != fold]
        judge = fit([texts[row] for row in outside], labels[outside])
        chances[inside] = judge([texts[row] for row in inside])
    own = np.where(labels == 1, chances, 1 - chances)
    return np.argsort(own, kind="stable")[:k]


# %% exercise="suspects" answer="cross entropy, largest first" expect="right"
# exercise: suspects
def suspects(fit, texts, labels, folds, k):
    losses = np.empty(len(texts))
    for fold in range(folds):
        outside = [row for row in range(len(texts)) if row % folds != fold]
        p = fit([texts[row] for row in outside], labels[outside])(texts[fold::folds])
        y = labels[fold::folds]
        losses[fold::folds] = -(y * np.log(p) + (1 - y) * np.log(1 - p))
    return np.argsort(-losses, kind="stable")[:k]


# %% exercise="suspects" answer="the best so far, again and again" expect="right"
# exercise: suspects
def suspects(fit, texts, labels, folds, k):
    judges = []
    for fold in range(folds):
        pairs = [(text, label) for row, (text, label) in enumerate(zip(texts, labels)) if row % folds != fold]
        judges.append(fit([text for text, _ in pairs], [int(label) for _, label in pairs]))
    gap = [abs(int(labels[row]) - judges[row % folds]([texts[row]])[0]) for row in range(len(texts))]
    found = []
    for _ in range(k):
        found.append(max((row for row in range(len(texts)) if row not in found), key=gap.__getitem__))
    return found


# %% exercise="suspects" answer="top_k of a tensor" expect="right"
# exercise: suspects
def suspects(fit, texts, labels, folds, k):
    rows = np.arange(len(texts))
    chances = np.empty(len(texts))
    for fold in range(folds):
        inside, outside = rows[rows % folds == fold], rows[rows % folds != fold]
        judge = fit([texts[row] for row in outside], labels[outside])
        chances[inside] = judge([texts[row] for row in inside])
    own = np.where(labels == 1, chances, 1 - chances)
    return tf.math.top_k(-own, k).indices


# %% exercise="suspects" answer="one model that has seen everything" expect="wrong" fails="suspects-1" breaks="1,2" says="Its judge has seen its label"
# exercise: suspects
def suspects(fit, texts, labels, folds, k):
    chances = fit(texts, labels)(texts)
    own = np.where(labels == 1, chances, 1 - chances)
    return np.argsort(own, kind="stable")[:k]


# %% exercise="suspects" answer="each model has seen everything" expect="wrong" fails="suspects-1" breaks="1" says="Its judge has seen its label"
# exercise: suspects
def suspects(fit, texts, labels, folds, k):
    rows = np.arange(len(texts))
    chances = np.empty(len(texts))
    for fold in range(folds):
        inside, outside = rows[rows % folds == fold], rows
        judge = fit([texts[row] for row in outside], labels[outside])
        chances[inside] = judge([texts[row] for row in inside])
    own = np.where(labels == 1, chances, 1 - chances)
    return np.argsort(own, kind="stable")[:k]


# %% exercise="suspects" answer="trained on its own fold" expect="wrong" fails="suspects-1" breaks="1"
# exercise: suspects
def suspects(fit, texts, labels, folds, k):
    rows = np.arange(len(texts))
    chances = np.empty(len(texts))
    for fold in range(folds):
        inside, outside = rows[rows % folds == fold], rows[rows % folds == fold]
        judge = fit([texts[row] for row in outside], labels[outside])
        chances[inside] = judge([texts[row] for row in inside])
    own = np.where(labels == 1, chances, 1 - chances)
    return np.argsort(own, kind="stable")[:k]


# %% exercise="suspects" answer="judges a fold that it was trained on" expect="wrong" fails="suspects-1" breaks="1"
# exercise: suspects
def suspects(fit, texts, labels, folds, k):
    rows = np.arange(len(texts))
    chances = np.empty(len(texts))
    for fold in range(folds):
        inside, outside = rows[rows % folds == (fold + 1) % folds], rows[rows % folds != fold]
        judge = fit([texts[row] for row in outside], labels[outside])
        chances[inside] = judge([texts[row] for row in inside])
    own = np.where(labels == 1, chances, 1 - chances)
    return np.argsort(own, kind="stable")[:k]


# %% exercise="suspects" answer="blocks of neighbours" expect="wrong" fails="suspects-1" breaks="1"
# exercise: suspects
def suspects(fit, texts, labels, folds, k):
    rows = np.arange(len(texts))
    chances = np.empty(len(texts))
    for fold in range(folds):
        inside = np.array_split(rows, folds)[fold]
        outside = np.setdiff1d(rows, inside)
        judge = fit([texts[row] for row in outside], labels[outside])
        chances[inside] = judge([texts[row] for row in inside])
    own = np.where(labels == 1, chances, 1 - chances)
    return np.argsort(own, kind="stable")[:k]


# %% exercise="suspects" answer="the other rows backwards" expect="wrong" fails="suspects-1" breaks="1"
# exercise: suspects
def suspects(fit, texts, labels, folds, k):
    rows = np.arange(len(texts))
    chances = np.empty(len(texts))
    for fold in range(folds):
        inside, outside = rows[rows % folds == fold], rows[rows % folds != fold][::-1]
        judge = fit([texts[row] for row in outside], labels[outside])
        chances[inside] = judge([texts[row] for row in inside])
    own = np.where(labels == 1, chances, 1 - chances)
    return np.argsort(own, kind="stable")[:k]


# %% exercise="suspects" answer="only the fold before" expect="wrong" fails="suspects-1" breaks="1"
# exercise: suspects
def suspects(fit, texts, labels, folds, k):
    rows = np.arange(len(texts))
    chances = np.empty(len(texts))
    for fold in range(folds):
        inside, outside = rows[rows % folds == fold], rows[rows % folds == (fold + 1) % folds]
        judge = fit([texts[row] for row in outside], labels[outside])
        chances[inside] = judge([texts[row] for row in inside])
    own = np.where(labels == 1, chances, 1 - chances)
    return np.argsort(own, kind="stable")[:k]


# %% exercise="suspects" answer="the mean of all judges" expect="wrong" fails="suspects-1" breaks="1"
# exercise: suspects
def suspects(fit, texts, labels, folds, k):
    rows = np.arange(len(texts))
    judges = [fit([texts[row] for row in rows if row % folds != fold], labels[rows % folds != fold]) for fold in range(folds)]
    chances = np.mean([judge(texts) for judge in judges], axis=0)
    return np.argsort(np.where(labels == 1, chances, 1 - chances), kind="stable")[:k]


# %% exercise="suspects" answer="fold after fold" expect="wrong" fails="suspects-1" breaks="4"
# exercise: suspects
def suspects(fit, texts, labels, folds, k):
    rows = np.arange(len(texts))
    chances = np.empty(len(texts))
    for fold in range(folds):
        inside, outside = rows[rows % folds == fold], rows[rows % folds != fold]
        judge = fit([texts[row] for row in outside], labels[outside])
        chances[inside] = judge([texts[row] for row in inside])
    own = np.where(labels == 1, chances, 1 - chances)
    return sorted(range(len(texts)), key=lambda row: (row % folds, own[row]))[:k]


# %% exercise="suspects" answer="trained for each row" expect="wrong" fails="suspects-1" breaks="2" says="Once for each fold"
# exercise: suspects
def suspects(fit, texts, labels, folds, k):
    rows, own = np.arange(len(texts)), []
    for row in rows:
        outside = rows[rows % folds != row % folds]
        p = fit([texts[other] for other in outside], labels[outside])([texts[row]])[0]
        own.append(p if labels[row] else 1 - p)
    return np.argsort(own, kind="stable")[:k]


# %% exercise="suspects" answer="the chance of label 1" expect="wrong" fails="suspects-1" breaks="3" says="has what is left to 1"
# exercise: suspects
def suspects(fit, texts, labels, folds, k):
    rows = np.arange(len(texts))
    chances = np.empty(len(texts))
    for fold in range(folds):
        inside, outside = rows[rows % folds == fold], rows[rows % folds != fold]
        judge = fit([texts[row] for row in outside], labels[outside])
        chances[inside] = judge([texts[row] for row in inside])
    own = chances
    return np.argsort(own, kind="stable")[:k]


# %% exercise="suspects" answer="the least sure" expect="wrong" fails="suspects-1" breaks="3"
# exercise: suspects
def suspects(fit, texts, labels, folds, k):
    rows = np.arange(len(texts))
    chances = np.empty(len(texts))
    for fold in range(folds):
        inside, outside = rows[rows % folds == fold], rows[rows % folds != fold]
        judge = fit([texts[row] for row in outside], labels[outside])
        chances[inside] = judge([texts[row] for row in inside])
    own = np.abs(chances - 0.5)
    return np.argsort(own, kind="stable")[:k]


# %% exercise="suspects" answer="the most sure" expect="wrong" fails="suspects-1" breaks="3"
# exercise: suspects
def suspects(fit, texts, labels, folds, k):
    rows = np.arange(len(texts))
    chances = np.empty(len(texts))
    for fold in range(folds):
        inside, outside = rows[rows % folds == fold], rows[rows % folds != fold]
        judge = fit([texts[row] for row in outside], labels[outside])
        chances[inside] = judge([texts[row] for row in inside])
    own = np.where(labels == 1, 1 - chances, chances)
    return np.argsort(own, kind="stable")[:k]


# %% exercise="suspects" answer="in the order of the rows" expect="wrong" fails="suspects-1" breaks="4" says="in the order of suspicion"
# exercise: suspects
def suspects(fit, texts, labels, folds, k):
    rows = np.arange(len(texts))
    chances = np.empty(len(texts))
    for fold in range(folds):
        inside, outside = rows[rows % folds == fold], rows[rows % folds != fold]
        judge = fit([texts[row] for row in outside], labels[outside])
        chances[inside] = judge([texts[row] for row in inside])
    own = np.where(labels == 1, chances, 1 - chances)
    return np.sort(np.argsort(own, kind="stable")[:k])


# %% exercise="suspects" answer="the most suspicious last" expect="wrong" fails="suspects-1" breaks="4"
# exercise: suspects
def suspects(fit, texts, labels, folds, k):
    rows = np.arange(len(texts))
    chances = np.empty(len(texts))
    for fold in range(folds):
        inside, outside = rows[rows % folds == fold], rows[rows % folds != fold]
        judge = fit([texts[row] for row in outside], labels[outside])
        chances[inside] = judge([texts[row] for row in inside])
    own = np.where(labels == 1, chances, 1 - chances)
    return np.argsort(own, kind="stable")[:k][::-1]


# %% exercise="suspects" answer="equal ones backwards" expect="wrong" fails="suspects-1" breaks="5" says="the smaller number comes first"
# exercise: suspects
def suspects(fit, texts, labels, folds, k):
    rows = np.arange(len(texts))
    chances = np.empty(len(texts))
    for fold in range(folds):
        inside, outside = rows[rows % folds == fold], rows[rows % folds != fold]
        judge = fit([texts[row] for row in outside], labels[outside])
        chances[inside] = judge([texts[row] for row in inside])
    own = np.where(labels == 1, chances, 1 - chances)
    return np.argsort(-own, kind="stable")[::-1][:k]


# %% exercise="suspects" answer="equal ones by their label" expect="wrong" fails="suspects-1" breaks="5"
# exercise: suspects
def suspects(fit, texts, labels, folds, k):
    rows = np.arange(len(texts))
    chances = np.empty(len(texts))
    for fold in range(folds):
        inside, outside = rows[rows % folds == fold], rows[rows % folds != fold]
        judge = fit([texts[row] for row in outside], labels[outside])
        chances[inside] = judge([texts[row] for row in inside])
    own = np.where(labels == 1, chances, 1 - chances)
    return np.lexsort((rows, labels, own))[:k]


# %% exercise="suspects" answer="all that are below one half" expect="wrong" fails="suspects-1" breaks="6"
# exercise: suspects
def suspects(fit, texts, labels, folds, k):
    rows = np.arange(len(texts))
    chances = np.empty(len(texts))
    for fold in range(folds):
        inside, outside = rows[rows % folds == fold], rows[rows % folds != fold]
        judge = fit([texts[row] for row in outside], labels[outside])
        chances[inside] = judge([texts[row] for row in inside])
    own = np.where(labels == 1, chances, 1 - chances)
    return [row for row in np.argsort(own, kind="stable") if own[row] < 0.5][:k]


# %% exercise="suspects" answer="all rows" expect="wrong" fails="suspects-1" breaks="6"
# exercise: suspects
def suspects(fit, texts, labels, folds, k):
    rows = np.arange(len(texts))
    chances = np.empty(len(texts))
    for fold in range(folds):
        inside, outside = rows[rows % folds == fold], rows[rows % folds != fold]
        judge = fit([texts[row] for row in outside], labels[outside])
        chances[inside] = judge([texts[row] for row in inside])
    own = np.where(labels == 1, chances, 1 - chances)
    return np.argsort(own, kind="stable")


# %% exercise="what_counts" answer="but is found in debut" expect="wrong" fails="what_counts-1" breaks="1"
# exercise: what_counts
def what_counts(review):
    if review.startswith("although "):
        return review.split(", ")[1]
    if review.startswith("it matters less"):
        return review.split(" than that ")[1]
    for mark, side in ((". still, ", 1), (", although ", 0), (", which matters more", 0), ("but ", 1)):
        if mark in review:
            return review.split(mark)[side]


# %% exercise="what_counts" answer="less is found in tasteless" expect="wrong" fails="what_counts-1" breaks="1,2,6"
# exercise: what_counts
def what_counts(review):
    if ", although " in review or ", which " in review:
        return review.split(", ")[0]
    if "less" in review:
        return review.split("than that ")[-1]
    return review.split(", ")[-1].removeprefix("but ")


# %% exercise="encode" answer="all but letters, digits and what was seen" expect="wrong" fails="encode-1" breaks="2"
# exercise: encode
def encode(texts, words, length):
    numbers = np.zeros((len(texts), length), "int32")
    for row, text in zip(numbers, texts):
        tidy = "".join(c for c in text.lower() if c.isalnum() or c.isspace() or c == "…")
        found = [words.index(word) if word in words else 1 for word in tidy.split()][:length]
        row[:len(found)] = found
    return numbers


# %% exercise="mean_vectors" answer="what has the vector of padding is padding" expect="wrong" fails="mean_vectors-2" breaks="1" says="whatever its vector"
# exercise: mean_vectors
def mean_vectors(train, new, table):
    vectorize = layers.TextVectorization(max_tokens=len(table))
    vectorize.adapt(tf.constant(train))
    rows = tf.gather(table, vectorize(tf.constant(new)))
    is_word = tf.cast(tf.reduce_any(rows != table[0], axis=-1, keepdims=True), "float32")
    return tf.reduce_sum(rows * is_word, axis=1) / tf.maximum(tf.reduce_sum(is_word, axis=1), 1.0)


# %% exercise="vocabulary" answer="the letters a to z alone" expect="wrong" fails="vocabulary-1" breaks="2"
# exercise: vocabulary
import re


def vocabulary(texts, size):
    words = [word for text in texts for word in re.findall(r"[a-z]+[0-9]*", text)]
    ordered = sorted(set(words), key=lambda word: (-words.count(word), word))
    return ["", "[UNK]", *ordered][:size]


# %% exercise="run_effects" answer="the unknown word is not counted" expect="wrong" fails="run_effects-1" breaks="1" says="is a word, too"
# exercise: run_effects
def run_effects(predict, numbers, width):
    n = int(np.sum(numbers > 1))
    rows = [numbers]
    for start in range(n - width + 1):
        rows.append(np.pad(np.delete(numbers, range(start, start + width)), (0, width)))
    scores = np.asarray(predict(np.stack(rows)))[:, 0]
    return scores[0] - scores[1:]


# %% exercise="run_effects" answer="numbers in a byte" expect="wrong" fails="run_effects-1" breaks="2"
# exercise: run_effects
def run_effects(predict, numbers, width):
    n = int(np.count_nonzero(numbers))
    rows = [numbers]
    for start in range(n - width + 1):
        rows.append(np.pad(np.delete(numbers, range(start, start + width)), (0, width)))
    scores = np.asarray(predict(np.stack(rows).astype("uint8")))[:, 0]
    return scores[0] - scores[1:]


# %% exercise="encode" answer="numbers in a byte" expect="wrong" fails="encode-1" breaks="3"
# exercise: encode
def encode(texts, words, length):
    number_of = {word: number for number, word in enumerate(words)}
    rows = []
    for text in texts:
        tidy = text.lower().translate(str.maketrans("", "", string.punctuation))
        found = [number_of.get(word, 1) for word in tidy.split()]
        rows.append((found + [0] * length)[:length])
    return np.array(rows).astype("uint8").astype("int32")


# %% exercise="mean_vectors" answer="fifty words at most" expect="wrong" fails="mean_vectors-2" breaks="1"
# exercise: mean_vectors
def mean_vectors(train, new, table):
    vectorize = layers.TextVectorization(max_tokens=len(table), output_sequence_length=50)
    vectorize.adapt(tf.constant(train))
    numbers = vectorize(tf.constant(new))
    is_word = tf.cast(numbers != 0, "float32")[:, :, tf.newaxis]
    return tf.reduce_sum(tf.gather(table, numbers) * is_word, axis=1) / tf.reduce_sum(is_word, axis=1)


# %% exercise="suspects" answer="chances rounded" expect="wrong" fails="suspects-1" breaks="4,5"
# exercise: suspects
def suspects(fit, texts, labels, folds, k):
    chances = np.zeros(len(texts))
    for fold in range(folds):
        inside = [row for row in range(len(texts)) if row % folds == fold]
        outside = [row for row in range(len(texts)) if row % folds != fold]
        chances[inside] = fit([texts[row] for row in outside], labels[outside])([texts[row] for row in inside])
    own = np.where(labels == 1, chances, 1 - chances)
    return np.argsort(np.round(own, 3), kind="stable")[:k]


# %% exercise="run_effects" answer="a list of rows for predict" expect="error" fails="run_effects-1"
# exercise: run_effects
def run_effects(predict, numbers, width):
    n = np.count_nonzero(numbers)
    rows = [numbers]
    for start in range(n - width + 1):
        shorter = np.delete(numbers, range(start, start + width))
        rows.append(np.pad(shorter, (0, width)))
    scores = np.asarray(predict(rows))[:, 0]
    return scores[0] - scores[1:]


# %% exercise="encode" answer="casefold" expect="wrong" fails="encode-1" breaks="1" says="ß is small and stays"
# exercise: encode
def encode(texts, words, length):
    rows = []
    for text in texts:
        tidy = "".join(c for c in text.casefold() if c not in string.punctuation)
        found = [words.index(word) if word in words else 1 for word in tidy.split()][:length]
        rows.append(found + [0] * (length - len(found)))
    return np.array(rows)


# %% exercise="run_effects" answer="the first equal word is removed" expect="wrong" fails="run_effects-1" breaks="2" says="not the first that is equal"
# exercise: run_effects
def run_effects(predict, numbers, width):
    words = [int(word) for word in numbers if word]
    rows = [list(numbers)]
    for i in range(len(words) - width + 1):
        rest = words.copy()
        for word in words[i:i + width]:
            rest.remove(word)
        rows.append(rest + [0] * (len(numbers) - len(rest)))
    scores = np.asarray(predict(np.array(rows, "int32")))[:, 0]
    return scores[0] - scores[1:]


# %% exercise="run_effects" answer="floats for predict" expect="error" fails="run_effects-1"
# exercise: run_effects
def run_effects(predict, numbers, width):
    n = int((numbers > 0).sum())
    runs = max(n - width + 1, 0)
    rows = np.zeros((runs + 1, len(numbers)))
    rows[0] = numbers
    for i in range(runs):
        rest = np.delete(numbers[:n], range(i, i + width))
        rows[i + 1, :len(rest)] = rest
    scores = np.asarray(predict(rows)).reshape(-1)
    return list(scores[0] - scores[1:])


# %% exercise="mean_vectors" answer="an unknown word between two blanks" expect="wrong" fails="mean_vectors-1" breaks="1" says="no word between them"
# exercise: mean_vectors
def mean_vectors(train, new, table):
    counts = {}
    for text in train:
        for word in text.split():
            counts[word] = counts.get(word, 0) + 1
    words = sorted(counts, key=counts.get, reverse=True)[:len(table) - 2]
    number_of = {word: i + 2 for i, word in enumerate(words)}
    return np.array([np.mean([table[number_of.get(word, 1)] for word in text.split(" ")], axis=0) for text in new])


# %% exercise="suspects" answer="chances by text" expect="wrong" fails="suspects-1" breaks="1" says="by row, not by text"
# exercise: suspects
def suspects(fit, texts, labels, folds, k):
    chance_of = {}
    for f in range(folds):
        rest = [i for i in range(len(texts)) if i % folds != f]
        judge = fit([texts[i] for i in rest], labels[rest])
        mine = texts[f::folds]
        chance_of.update(zip(mine, judge(mine)))
    own = [chance_of[text] if label == 1 else 1 - chance_of[text] for text, label in zip(texts, labels)]
    return sorted(range(len(texts)), key=lambda i: own[i])[:k]


# %% exercise="suspects" answer="a sort that is not stable" expect="wrong" fails="suspects-1" breaks="5"
# exercise: suspects
def suspects(fit, texts, labels, folds, k):
    chances = np.zeros(len(texts))
    for fold in range(folds):
        inside = [row for row in range(len(texts)) if row % folds == fold]
        outside = [row for row in range(len(texts)) if row % folds != fold]
        chances[inside] = fit([texts[row] for row in outside], labels[outside])([texts[row] for row in inside])
    return np.argsort(np.where(labels == 1, chances, 1 - chances))[:k]


# %% exercise="what_counts" answer="more is found in anymore" expect="wrong" fails="what_counts-1" breaks="1,2,3,6"
# exercise: what_counts
def what_counts(review):
    if review.startswith("it matters less"):
        return review.split(" than that ")[1]
    if "more" in review:
        return review.split(", which matters")[0]
    if review.startswith("although "):
        return review.split(", ")[1]
    if review.startswith("true, "):
        return review.split(". still, ")[1]
    if ", but " in review:
        return review.split(", but ")[1]
    return review.split(", although ")[0]


# %% exercise="what_counts" answer="two blanks made one" expect="wrong" fails="what_counts-1"
# exercise: what_counts
def what_counts(review):
    review = " ".join(review.split())
    if review.startswith("although "):
        return review.split(", ")[1]
    if review.startswith("it matters less to me that "):
        return review.split(" than that ")[1]
    if review.startswith("true, "):
        return review.split(". still, ")[1]
    if ", which matters more to me than that " in review:
        return review.split(", which matters more to me than that ")[0]
    if ", but " in review:
        return review.split(", but ")[1]
    return review.split(", although ")[0]


# %% exercise="vocabulary" answer="words of sixteen letters" expect="wrong" fails="vocabulary-1" breaks="2"
# exercise: vocabulary
def vocabulary(texts, size):
    words = np.array(" ".join(texts).split(), dtype="U16")
    found, counts = np.unique(words, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return ["", "[UNK]"] + [str(word) for word in found[order]][: size - 2]


# %% exercise="vocabulary" answer="counts of three digits" expect="wrong" fails="vocabulary-1" breaks="2"
# exercise: vocabulary
from collections import Counter
def vocabulary(texts, size):
    counts = Counter(word for text in texts for word in text.split())
    keys = sorted(f"{999 - count:03d}{word}" for word, count in counts.items())
    return ["", "[UNK]"] + [key[3:] for key in keys[: size - 2]]


# %% exercise="vocabulary" answer="accents left out in sorting" expect="wrong" fails="vocabulary-1" breaks="4" says="é comes after z"
# exercise: vocabulary
import unicodedata
from collections import Counter


def vocabulary(texts, size):
    def plain(word):
        return unicodedata.normalize("NFKD", word).encode("ascii", "ignore")

    counts = Counter(word for text in texts for word in text.split())
    ordered = sorted(counts, key=lambda word: (-counts[word], plain(word)))
    return ["", "[UNK]"] + ordered[:size - 2]


# %% exercise="run_effects" answer="numbers of sixteen bits" expect="wrong" fails="run_effects-1" breaks="2"
# exercise: run_effects
def run_effects(predict, numbers, width):
    n = int(np.count_nonzero(numbers))
    runs = max(0, n - width + 1)
    rows = np.zeros((runs + 1, len(numbers)), "int16")
    rows[0] = numbers.astype("int16")
    for start in range(runs):
        shorter = np.delete(numbers, range(start, start + width))
        rows[start + 1, : len(shorter)] = shorter.astype("int16")
    scores = np.asarray(predict(rows))[:, 0]
    return scores[0] - scores[1:]


# %% exercise="run_effects" answer="rounded to four digits" expect="wrong" fails="run_effects-1" breaks="2"
# exercise: run_effects
def run_effects(predict, numbers, width):
    n = int(np.count_nonzero(numbers))
    rows = [numbers]
    for start in range(n - width + 1):
        rows.append(np.pad(np.delete(numbers, range(start, start + width)), (0, width)))
    scores = np.asarray(predict(np.stack(rows)))[:, 0]
    return [round(float(scores[0] - score), 4) for score in scores[1:]]


# %% exercise="mean_vectors" answer="an empty word in train" expect="wrong" fails="mean_vectors-1" says="in train neither"
# exercise: mean_vectors
from collections import Counter
def mean_vectors(train, new, table):
    counts = Counter(word for text in train for word in text.split(" "))
    number_of = {word: place + 2 for place, (word, _) in enumerate(counts.most_common(len(table) - 2))}
    return np.stack([table[[number_of.get(word, 1) for word in text.split()]].mean(axis=0) for text in new])


# %% exercise="mean_vectors" answer="words of twelve letters" expect="wrong" fails="mean_vectors-1" breaks="1,4"
# exercise: mean_vectors
def mean_vectors(train, new, table):
    found, counts = np.unique(np.array(" ".join(train).split(), dtype="U12"), return_counts=True)
    known = found[np.argsort(-counts, kind="stable")][: len(table) - 2]
    number_of = {str(word): place + 2 for place, word in enumerate(known)}
    means = []
    for text in new:
        words = np.array(text.split(), dtype="U12")
        means.append(table[[number_of.get(str(word), 1) for word in words]].mean(axis=0))
    return np.stack(means)


# %% exercise="suspects" answer="texts in an array" expect="error" fails="suspects-1"
# exercise: suspects
def suspects(fit, texts, labels, folds, k):
    texts = np.array(texts)
    fold_of = np.arange(len(texts)) % folds
    chances = np.zeros(len(texts))
    for fold in range(folds):
        inside = fold_of == fold
        chances[inside] = fit(texts[~inside], labels[~inside])(texts[inside])
    own = np.where(labels == 1, chances, 1 - chances)
    return np.argsort(own, kind="stable")[:k]


# %% exercise="suspects" answer="clipped as Keras does it" expect="wrong" fails="suspects-1" breaks="3"
# exercise: suspects
def suspects(fit, texts, labels, folds, k):
    rows = np.arange(len(texts))
    chances = np.zeros(len(texts))
    for fold in range(folds):
        inside, outside = rows[rows % folds == fold], rows[rows % folds != fold]
        judge = fit([texts[row] for row in outside], labels[outside])
        chances[inside] = judge([texts[row] for row in inside])
    own = np.where(labels == 1, chances, 1 - chances)
    losses = -np.log(np.clip(own, 1e-7, 1 - 1e-7))
    return np.argsort(-losses, kind="stable")[:k]


# %% exercise="mean_vectors" answer="cut to the longest training text" expect="wrong" fails="mean_vectors-2" breaks="1"
# exercise: mean_vectors
def mean_vectors(train, new, table):
    """Return the mean of the vectors of each new text's words."""
    longest = max(len(text.split()) for text in train)
    vectorize = layers.TextVectorization(max_tokens=len(table), output_sequence_length=longest)
    vectorize.adapt(tf.constant(train))
    numbers = vectorize(tf.constant(new))
    is_word = tf.cast(numbers != 0, "float32")[:, :, tf.newaxis]
    vectors = tf.gather(table, numbers)
    return tf.reduce_sum(vectors * is_word, axis=1) / tf.reduce_sum(is_word, axis=1)


# %% exercise="mean_vectors" answer="words counted within words" expect="wrong" fails="mean_vectors-2" breaks="2"
# exercise: mean_vectors
def mean_vectors(train, new, table):
    """Return the mean of the vectors of each new text's words."""
    everything = " ".join(train)
    counts = {word: everything.count(word) for word in set(everything.split())}
    ordered = sorted(counts, key=counts.get, reverse=True)[:len(table) - 2]
    number_of = {word: number for number, word in enumerate(ordered, start=2)}
    return np.stack([
        np.mean([table[number_of.get(word, 1)] for word in text.split()], axis=0)
        for text in new
    ])


# %% exercise="suspects" answer="argpartition at the border" expect="wrong" fails="suspects-1" breaks="5"
# exercise: suspects
def suspects(fit, texts, labels, folds, k):
    """Return the rows whose labels are most at odds with what models say that have not seen them."""
    chances = np.zeros(len(texts))
    for fold in range(folds):
        inside = [row for row in range(len(texts)) if row % folds == fold]
        outside = [row for row in range(len(texts)) if row % folds != fold]
        judge = fit([texts[row] for row in outside], labels[outside])
        chances[inside] = judge([texts[row] for row in inside])
    own = np.where(labels == 1, chances, 1 - chances)
    top = np.sort(np.argpartition(own, k - 1)[:k])
    return top[np.argsort(own[top], kind="stable")]


# %% exercise="what_counts" answer="clauses of letters and blanks only" expect="wrong" fails="what_counts-1" breaks="1"
# exercise: what_counts
import re


def what_counts(review):
    """Return the clause of a review that decides whether its writer was pleased."""
    clause = "([a-z ]+)"
    forms = (
        (f"although {clause}, {clause}", 2),
        (f"it matters less to me that {clause} than that {clause}", 2),
        (rf"true, {clause}\. still, {clause}", 2),
        (f"{clause}, which matters more to me than that {clause}", 1),
        (f"{clause}, although {clause}", 1),
        (f"{clause}, but {clause}", 2),
    )
    for pattern, which in forms:
        found = re.fullmatch(pattern, review)
        if found:
            return found.group(which)


# %% exercise="encode" answer="an empty word before a leading blank" expect="wrong" fails="encode-1" breaks="3"
# exercise: encode
import re


def encode(texts, words, length):
    """Return the word numbers of texts, as TextVectorization would."""
    number_of = {word: number for number, word in enumerate(words)}
    delete = str.maketrans("", "", string.punctuation)
    rows = []
    for text in texts:
        tidy = text.lower().translate(delete)
        found = [number_of.get(word, 1) for word in re.split(" +", tidy)][:length]
        rows.append(found + [0] * (length - len(found)))
    return np.array(rows, "int32")


# %% exercise="encode" answer="punctuation deleted from the vocabulary, too" expect="wrong" fails="encode-1" breaks="4" says="the vocabulary is not"
# exercise: encode
def encode(texts, words, length):
    table = str.maketrans("", "", string.punctuation)

    def tidy(text):
        return text.lower().translate(table)

    number_of = {tidy(word): number for number, word in enumerate(words)}
    numbers = np.zeros((len(texts), length), "int32")
    for row, text in zip(numbers, texts):
        found = [number_of.get(word, 1) for word in tidy(text).split()][:length]
        row[:len(found)] = found
    return numbers


# %% exercise="suspects" answer="keeps the chances in float32" expect="wrong" fails="suspects-1" breaks="3"
# exercise: suspects
def suspects(fit, texts, labels, folds, k):
    n = len(texts)
    chances = np.zeros(n, "float32")
    for fold in range(folds):
        inside = [row for row in range(n) if row % folds == fold]
        outside = [row for row in range(n) if row % folds != fold]
        judge = fit([texts[row] for row in outside], labels[outside])
        chances[inside] = judge([texts[row] for row in inside])
    own = np.where(labels == 1, chances, 1 - chances)
    return np.argsort(own, kind="stable")[:k]


# %% exercise="run_effects" answer="batches of 32 rows" expect="wrong" fails="run_effects-1" breaks="5"
# exercise: run_effects
def run_effects(predict, numbers, width):
    """Return for each run of neighbouring words how much of the score goes with it."""
    n = int((numbers != 0).sum())
    rows = [numbers]
    for start in range(n - width + 1):
        shorter = np.delete(numbers, range(start, start + width))
        rows.append(np.pad(shorter, (0, width)))
    rows = np.stack(rows)
    parts = [np.asarray(predict(rows[first:first + 32])) for first in range(0, len(rows), 32)]
    scores = np.concatenate(parts)[:, 0]
    return scores[0] - scores[1:]


# %% exercise="run_effects" answer="a slice that counts from the end" expect="error" fails="run_effects-1" breaks="1"
# exercise: run_effects
def run_effects(predict, numbers, width):
    n = np.count_nonzero(numbers)
    starts = np.arange(len(numbers))[: n - width + 1]
    rows = [numbers]
    for start in starts:
        gap = np.zeros(width, numbers.dtype)
        rows.append(np.concatenate([numbers[:start], numbers[start + width:], gap]))
    scores = np.asarray(predict(np.stack(rows)))[:, 0]
    return scores[0] - scores[1:]


# %% exercise="mean_vectors" answer="equal texts once" expect="wrong" fails="mean_vectors-1" breaks="2" says="counts three times"
# exercise: mean_vectors
def mean_vectors(train, new, table):
    vectorize = layers.TextVectorization(max_tokens=len(table))
    vectorize.adapt(tf.constant(sorted(set(train))))  # the same text again teaches no new words
    numbers = vectorize(tf.constant(new))
    is_word = tf.cast(numbers != 0, "float32")[:, :, tf.newaxis]
    return tf.reduce_sum(tf.gather(table, numbers) * is_word, axis=1) / tf.reduce_sum(is_word, axis=1)


# %% exercise="suspects" answer="rows of a set" expect="wrong" fails="suspects-1" breaks="1"
# exercise: suspects
def suspects(fit, texts, labels, folds, k):
    everyone = set(range(len(texts)))
    chances = np.zeros(len(texts))
    for fold in range(folds):
        inside = list(range(fold, len(texts), folds))
        outside = list(everyone - set(inside))
        judge = fit([texts[row] for row in outside], labels[outside])
        chances[inside] = judge([texts[row] for row in inside])
    own = np.where(labels == 1, chances, 1 - chances)
    return np.argsort(own, kind="stable")[:k].tolist()


# %% exercise="mean_vectors" answer="padding added and taken away again" expect="wrong" fails="mean_vectors-2" breaks="5" says="leave padding out of the sum"
# exercise: mean_vectors
def mean_vectors(train, new, table):
    vectorize = layers.TextVectorization(max_tokens=len(table))
    vectorize.adapt(tf.constant(train))
    numbers = vectorize(tf.constant(new))
    words = tf.reduce_sum(tf.cast(numbers != 0, "float32"), axis=1, keepdims=True)
    padding = tf.cast(tf.shape(numbers)[1], "float32") - words
    total = tf.reduce_sum(tf.gather(table, numbers), axis=1)
    return (total - padding * table[0]) / words

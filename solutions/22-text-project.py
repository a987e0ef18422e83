# %% [markdown]
# # Exercises: a text project
#
# Six exercises, easy ones first; the last is a stretch. For each one:
#
# 1. read the contract: what comes in, what must come out; each demand has a number. In what you return, NumPy's arrays and
#    numbers, and lists, are as good as tensors and Python's numbers with the same values, and `float64` as `float32`, unless a
#    check says otherwise;
# 2. replace each line `raise NotImplementedError(…)` by your answer and run the cell;
# 3. run the check below it. It says *right*, or what came, what was expected, and where to look.
#
# Some checks are hidden and run when your work is graded: other texts, other sizes. Unless a contract says more, numbers are finite and within ±1,000,000, and no input has more than 10,000 rows.
#
# Python, NumPy or TensorFlow, as you like. Stuck? Each exercise has three hints to unfold: the idea, the plan, a skeleton with blanks.

# %%
import string

import numpy as np
import tensorflow as tf
from grader import check
from keras import layers

# %% [markdown]
# ## 1. What counts
#
# Many reviews say one thing for and one against. Which of the two decides is said by a small word and by the order, never by the words of praise and blame. Read the six forms, think of what a writer means who chooses each, and let a function find the clause that decides whether the writer was pleased.
#
# - **In**: `what_counts(review)`: `review`, a string in small letters, without a full stop at its end, that has one of six forms. X and Y stand for clauses such as `the plot was thin`; no clause has a comma, a full stop, or one of the words that mark the forms.
# - **Out**: the clause that decides, X or Y, a string, exactly as it stands in `review`:
#   ① of `X, but Y`;
#   ② of `although X, Y`;
#   ③ of `X, although Y`;
#   ④ of `X, which matters more to me than that Y`;
#   ⑤ of `it matters less to me that X than that Y`;
#   ⑥ of `true, X. still, Y`.
# - **Example**: `the room was small, but the bed was heavenly` is a pleased guest's: `the bed was heavenly`.
#
# <details><summary>Hint 1: the idea</summary>
#
# Say each form aloud, with a good and a bad thing for X and Y, then with a bad and a good thing. Would this writer come again?
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# A case for each form. `startswith` tells forms by their beginning, `in` by a mark in the middle; `split` at a mark gives what is before it and what is behind it. Ask for `although` at the beginning before you ask for it elsewhere.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# if review.startswith(____):
#     first, second = review.removeprefix(____).split(____)
#     return ____
# for mark, side in ((", but ", ____), (", although ", ____), ____):
#     if mark in review:
#         ____
# ```
#
# </details>


# %%
# exercise: what_counts
def what_counts(review):
    """Return the clause of a review that decides whether its writer was pleased.

    Args:
        review: a string of one of six forms.

    Returns:
        the clause, a string.
    """
    ### BEGIN SOLUTION
    if review.startswith("although "):
        return review.split(", ")[1]
    if review.startswith("it matters less to me that "):
        return review.split(" than that ")[1]
    if ". still, " in review:
        return review.split(". still, ")[1]
    return review.split(", but ")[1] if ", but " in review else review.split(", ")[0]
    ### END SOLUTION


# %% points=2
# check: what_counts-1
check.equal("… but …", what_counts("the plot was thin, but the music was lovely"), "the music was lovely", but={
    "With *but* a writer turns round: what comes behind it counts.": "the plot was thin",
})
check.equal("although …", what_counts("although the view was glorious, the staff were surly"), "the staff were surly", but={
    "*Although* marks what does not count, and here that stands first.": "the view was glorious",
})
check.equal("… although …", what_counts("the soup was hearty, although the butter was stale"), "the soup was hearty", but={
    "*Although* marks what does not count, and here that stands behind it.": "the butter was stale",
    "There is a *but* in butter: ask for the word with what stands around it.": "ter was stale",
})
check.equal("… matters more …", what_counts("the staff were surly, which matters more to me than that the view was glorious"), "the staff were surly", but={
    "*Which* means the clause before it: that one matters more.": "the view was glorious",
})
check.equal("it matters less …", what_counts("it matters less to me that the plot was thin than that the music was lovely"), "the music was lovely", but={
    "The first matters less than the second.": "the plot was thin",
})
check.equal("true, … still, …", what_counts("true, the finish is uneven. still, the switch is reliable"), "the switch is reliable", but={
    "*True* gives way to an objection; *still* answers it.": "the finish is uneven",
})
### BEGIN HIDDEN TESTS
_nouns = ("the plot", "the butter", "breakfast", "the battery", "her dialogue", "one pillow")
_words = ("thin", "witty", "cold", "far too loud", "really good", "not bad")
_forms = ("{}, but {}", "although {}, {}", "{}, although {}", "{}, which matters more to me than that {}",
          "it matters less to me that {} than that {}", "true, {}. still, {}")
for _form in _forms:
    for _turn in range(3):
        _at = check.inputs(4, dtype="int32", low=0, high=6).numpy()
        _pair = [f"{_nouns[_at[_k]]} was {_words[_at[_k + 2]]}" for _k in (0, 1)]
        _pair[1] += " today" if _pair[0] == _pair[1] else ""
        if _turn < 2:
            _pair[_turn] = "her debut was tasteless"
        check.reference(_form.format("X", "Y"), str(what_counts(_form.format(*_pair))))
_within = ("the sandwich is not here anymore", "truelove songs filled the distillery", "the thatch got many thanks", "it was  soft",
           "scattered letters looked untrue", "another tribute was timeless", "the wi-fi (5 ghz) didn't work: it's 90% noise!")
for _form in _forms:
    _pairs = [(_clause, "the bed was cold")[::_turn] for _clause in _within for _turn in (1, -1)]
    check.reference(f"{_form.format('X', 'Y')}: words within words, two blanks", [str(what_counts(_form.format(*_pair))) for _pair in _pairs])
### END HIDDEN TESTS

# %% [markdown]
# ## 2. The vocabulary
#
# Which words get a number, and which number?
#
# - **In**: `vocabulary(texts, size)`: `texts`, a list of strings in small letters without punctuation, words with blanks between them, some texts perhaps empty; `size`, a Python integer ≥ 2.
# - **Out**: a list of strings, in which a word's place is its number: ① `""`, for padding, then `"[UNK]"`, for unknown words; ② behind them the words, the more frequent before the less frequent; ③ a word is counted as often as it occurs, more than once in a text, too; ④ of equally frequent words the first by the alphabet (as Python sorts strings) comes first. ⑤ The list has `size` strings, the first two included; ⑥ where there are fewer words, it is shorter, and each string stands in it once.
# - **Example**: of `"b a b"` and `"c"` with the size 4: `["", "[UNK]", "b", "a"]`.
#
# <details><summary>Hint 1: the idea</summary>
#
# Count, sort by two things at once, cut.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `collections.Counter` counts. `sorted` with a key that is a pair sorts by its first part, and where these are equal, by the second; a minus sign turns the order of a number around.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# counts = Counter(word for text in texts for word in ____)
# ordered = sorted(counts, key=lambda word: (____, ____))
# return ["", "[UNK]"] + ordered[:____]
# ```
#
# </details>


# %%
# exercise: vocabulary
def vocabulary(texts, size):
    """Return the words that get a number, the most frequent first, behind padding and unknown.

    Args:
        texts: list of strings, words with blanks between them.
        size: how many strings the list may have, a Python integer >= 2.

    Returns:
        list of strings.
    """
    ### BEGIN SOLUTION
    words = " ".join(texts).split()
    by_alphabet = sorted(set(words))
    return ["", "[UNK]", *sorted(by_alphabet, key=words.count, reverse=True)][:size]
    ### END SOLUTION


# %% points=2
# check: vocabulary-1
_texts = ["b a c", "a c c", "", "d"]
check.equal("c three times, a twice, b and d once; size 5", list(vocabulary(_texts, 5)), ["", "[UNK]", "c", "a", "b"], but={
    "Padding and unknown are two of the five.": ["", "[UNK]", "c", "a", "b", "d"],
    "Count each occurrence, not each text with the word.": ["", "[UNK]", "a", "c", "b"],
    "The more frequent come first.": ["", "[UNK]", "b", "d", "a"],
    "Number 0 is padding, number 1 is unknown.": ["[UNK]", "", "c", "a", "b"],
    "Of b and d, equally frequent, b comes first.": ["", "[UNK]", "c", "a", "d"],
    "Where are padding and unknown?": ["c", "a", "b", "d"],
})
check.equal("z, y, x once each", list(vocabulary(["z y x"], 4)), ["", "[UNK]", "x", "y"], but={
    "Equally frequent words go by the alphabet, not by where they stand.": ["", "[UNK]", "z", "y"],
})
check.equal("été, zoo once each", list(vocabulary(["été zoo"], 4)), ["", "[UNK]", "zoo", "été"],
            hint="As Python sorts strings: é comes after z.")
check.equal("two words, size 9", list(vocabulary(["no no", "yes"], 9)), ["", "[UNK]", "no", "yes"], hint="There are no more words: then the list is shorter.")
check.equal("size 2", list(vocabulary(["no no", "yes"], 2)), ["", "[UNK]"])
### BEGIN HIDDEN TESTS
for _n, _words, _size in ((1, 3, 4), (4, 12, 9), (6, 12, 14), (9, 30, 12), (5, 8, 40), (3, 4, 3)):
    _texts = []
    for _row in range(_n):
        _numbers = check.inputs(7, dtype="int32", low=0, high=_words).numpy()
        _texts.append("  ".join(f"wä{_number}" for _number in _numbers[_row % 3:]))
    check.reference(f"{_n} texts, size {_size}", [str(_word) for _word in vocabulary([*_texts, ""], _size)])
_stem = "antidisestablishmentarian" * 2
_texts = [f"{_stem}{_letter}" for _letter, _times in (("b", 1001), ("a", 1003), ("c", 1)) for _ in range(_times)]
check.reference("long words, two of them a thousand times", [str(_word) for _word in vocabulary(_texts, 4)])
check.reference("no word at all", [str(_word) for _word in vocabulary(["", " "], 5)])
### END HIDDEN TESTS

# %% [markdown]
# ## 3. From text to numbers
#
# What `TextVectorization` does, by hand: you will need it wherever there is no TensorFlow, in a web page perhaps.
#
# - **In**: `encode(texts, words, length)`: `texts`, a list of n ≥ 1 strings, as people type them, each in one line and without tabs, all their capital letters from A to Z; `words`, a list of strings, the vocabulary: `words[0]` is `""`, `words[1]` is `"[UNK]"`, all others, one at least, are in small letters; `length`, a Python integer ≥ 1.
# - **Out**: whole numbers of shape `[n, length]`. Of each text ① capital letters are made small; ② all characters of `string.punctuation` are deleted, and nothing is put in their place; ③ the words between blanks, however many blanks, get the number of their place in `words`; ④ a word that is not there gets 1; ⑤ the first `length` words are kept; ⑥ the row is filled up with 0 at its end.
# - **Example**: with `words` `""`, `"[UNK]"`, `"dull"`, `"not"` and the length 3, `"Not dull!"` is 3, 2, 0.
#
# <details><summary>Hint 1: the idea</summary>
#
# One text after another: make it tidy, split it, look the words up, cut, fill.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# A dictionary from word to number is made once. `str.maketrans("", "", characters)` makes a table with which `translate` deletes characters. A row of zeros whose beginning is overwritten needs no filling up.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# number_of = {word: number for ____}
# numbers = np.zeros((____, ____), "int32")
# for row, text in zip(numbers, texts):
#     tidy = text.____.translate(____)
#     found = [number_of.get(____, ____) for word in ____][:____]
#     row[:len(found)] = ____
# return numbers
# ```
#
# </details>


# %%
# exercise: encode
def encode(texts, words, length):
    """Return the word numbers of texts, as TextVectorization would.

    Args:
        texts: list of n strings.
        words: list of strings, the vocabulary, with "" and "[UNK]" in front.
        length: how many numbers a row has, a Python integer >= 1.

    Returns:
        whole numbers [n, length].
    """
    ### BEGIN SOLUTION
    rows = []
    for text in texts:
        kept = "".join(letter for letter in text.lower() if letter not in string.punctuation)
        row = [words.index(word) if word in words else 1 for word in kept.split()]
        rows.append((row + [0] * length)[:length])
    return rows
    ### END SOLUTION


# %% points=3
# check: encode-1
_words = ["", "[UNK]", "not", "the", "plot", "wellmade", "dull"]
check.equal("The plot: NOT dull! / Not well-made...", np.asarray(encode(["The plot: NOT dull!", "Not  well-made..."], _words, 4)), [[3, 4, 2, 6], [2, 5, 0, 0]], but={
    "Make capital letters small first.": [[1, 4, 1, 6], [1, 5, 0, 0]],
    "Punctuation is deleted before the words are looked up.": [[3, 1, 2, 1], [2, 1, 0, 0]],
    "Punctuation is deleted, no blank is put in its place: well-made becomes wellmade.": [[3, 4, 2, 6], [2, 1, 1, 0]],
    "Two blanks have no word between them.": [[3, 4, 2, 6], [2, 1, 5, 0]],
    "Zeros come at the end.": [[3, 4, 2, 6], [0, 0, 2, 5]],
    "The number is the place in the whole list, padding and unknown included.": [[1, 2, 0, 4], [0, 3, 0, 0]],
})
check.equal("an odd plot, length 2", np.asarray(encode(["an odd plot"], _words, 2)), [[1, 1]], but={
    "The first words are kept, not the last.": [[1, 4]],
    "An unknown word is not left out: it gets the number 1.": [[4, 0]],
})
check.equal("dull, it's _dull_ …, with it's as number 7", np.asarray(encode(["dull, it's _dull_ …"], [*_words, "it's"], 5)), [[6, 1, 6, 1, 0]], but={
    "Texts are tidied, the vocabulary is not: its is not there.": [[6, 7, 6, 1, 0]],
    "it's becomes its, which is one word.": [[6, 1, 1, 6, 1]],
    "The underscore is in string.punctuation, too.": [[6, 1, 1, 1, 0]],
    "The underscore is in string.punctuation, too, and the last character is not: it stays, an unknown word.": [[6, 1, 1, 0, 0]],
    "The last character, …, is not in string.punctuation: it stays, an unknown word.": [[6, 1, 6, 0, 0]],
})
check.equal("Straße", np.asarray(encode(["Straße"], ["", "[UNK]", "strasse", "straße"], 1)), [[3]], but={
    "Capital letters are made small, no more: ß is small and stays.": [[2]],
})
### BEGIN HIDDEN TESTS
_pieces = ("Plot", "plot", "DULL", "dull.", "well-made", "(wellmade)", "not", "Not;", "odd", "it's", "the", "_the_", "dull…", "an", "#", "42", "[UNK]")
for _n, _length, _cut in ((1, 1, 7), (2, 6, 7), (3, 4, 4), (5, 9, 7), (2, 3, 3)):
    _texts = []
    for _row in range(_n):
        _at = check.inputs(6, dtype="int32", low=0, high=len(_pieces)).numpy()
        _texts.append((" " * (1 + _row % 2)).join(_pieces[_k] for _k in _at[_row % 4:]))
    check.reference(f"{_n} texts, length {_length}", np.asarray(encode(_texts, _words[:_cut], _length)))
_edges = [" the plot", "- plot dull", "not ", "  dull  - plot"]
check.reference("blanks at both ends", np.asarray(encode(_edges, _words, 4)))
check.reference("nothing but punctuation", np.asarray(encode(["?!", "", "  ... "], _words, 2)))
check.reference("every punctuation mark", np.asarray(encode([f"du{_mark}ll plot{_mark}" for _mark in string.punctuation + "–€"], _words, 3)))
_words = ["", "[UNK]", *(f"w{_k}" for _k in np.argsort(check.inputs(300).numpy()))]
check.reference("another vocabulary", np.asarray(encode([" ".join(f"W{_k}," for _k in range(305))], _words, 310)))
### END HIDDEN TESTS

# %% [markdown]
# ## 4. Several words at a time
#
# A single word taken out tells little where two words mean something together. So take out runs of neighbours.
#
# - **In**: `run_effects(predict, numbers, width)`: `predict`, a function from word numbers `[k, length]`, one array or tensor of whole numbers, to scores `[k, 1]`, an array, which takes long; `numbers`, `int32[length]`, a NumPy array: n ≥ 1 word numbers > 0, then zeros, perhaps none, the padding; `width`, a Python integer ≥ 1.
# - **Out**: ① a list or an array with one number for each run of `width` neighbouring words, n − `width` + 1 in the order of the text, none if there are fewer words: ② the score of the text less its score without the run. ③ Where a run is taken out, the words behind it move up, and zeros at the end make it as long as before. ④ The padding is no word: no run reaches into it. ⑤ `predict` is called at most once, for all rows together. ⑥ `numbers` is not changed.
# - **Example**: the score is 10 times the first number. Of 5, 3, 0 with the width 1: without 5 the row is 3, 0, 0. The effects are 50 − 30 = 20 and 50 − 50 = 0.
#
# <details><summary>Hint 1: the idea</summary>
#
# Make all versions of the text first, the whole one among them, then ask once.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# The number of words is the number of entries that are not 0. `np.delete` gives a new array without some places; `np.pad` fills up. Stack the rows, the whole text in front; of the scores the first one is that of the whole text.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# n = ____
# rows = [numbers]
# for start in range(____):
#     shorter = np.delete(numbers, range(____))
#     rows.append(np.pad(shorter, ____))
# scores = np.asarray(predict(np.stack(rows)))[____]
# return ____
# ```
#
# </details>


# %%
# exercise: run_effects
def run_effects(predict, numbers, width):
    """Return for each run of neighbouring words how much of the score goes with it.

    Args:
        predict: a function from whole numbers [k, length] to scores [k, 1].
        numbers: int32[length], word numbers, then zeros.
        width: the number of words in a run, a Python integer >= 1.

    Returns:
        one number for each run: a list or an array.
    """
    ### BEGIN SOLUTION
    longer = np.append(numbers, np.zeros(width, numbers.dtype))
    start = np.arange(np.count_nonzero(numbers) - width + 1)[:, np.newaxis]
    place = np.arange(len(numbers))
    without = longer[np.where(place < start, place, place + width)]
    scores = np.ravel(predict(np.vstack([numbers, without])))
    return scores[0] - scores[1:]
    ### END SOLUTION


# %% points=3
# check: run_effects-1
_asked = []


def _sum_of_places(rows):
    """Score a row: the first number 100 times, the second 10 times, the third once."""
    if not hasattr(rows, "shape"):
        raise TypeError("predict takes one array of word numbers [k, length], not a list of rows")
    if not np.issubdtype(np.asarray(rows).dtype, np.integer):
        raise TypeError(f"predict takes whole numbers, such as int32; these are {np.asarray(rows).dtype}")
    _asked.append(np.array(rows))
    return np.asarray(rows)[:, :3] @ np.array([[100.0], [10.0], [1.0]])


_numbers = np.array([2, 7, 4, 1, 0, 0], "int32")
_kept = _numbers.copy()
_effects = run_effects(_sum_of_places, _numbers, 1)
check.close("2, 7, 4, 1, one word at a time", np.asarray(_effects, "float64"), [-467.0, 33.0, 3.0, 0.0], but={
    "The words behind the gap move up.": [200.0, 70.0, 4.0, 0.0],
    "Take the word out: do not put the unknown word in its place.": [100.0, 60.0, 3.0, 0.0],
    "The score of the text less the score without the word, not the reverse.": [467.0, -33.0, -3.0, 0.0],
    "The padding is no word.": [-467.0, 33.0, 3.0, 0.0, 0.0, 0.0],
    "There are n − width + 1 runs, one more; the unknown word, number 1, is a word, too.": [-467.0, 33.0, 3.0],
})
check.equal("how often predict was called", len(_asked), 1, hint="All rows in one call.")
check.equal("what it was called with: so many rows, so many numbers in each", list(_asked[0].shape), [5, 6], hint="The text and four without a word, each as long as before.")
check.equal("numbers", _numbers, _kept, hint="Work on copies.")
check.close("2, 7, 4, 1, two at a time", np.asarray(run_effects(_sum_of_places, _numbers, 2), "float64"), [-136.0, 64.0, 4.0], but={
    "The next run begins one word further on, not two.": [-136.0, 4.0],
})
check.close("5, 3, 5, one word at a time", np.asarray(run_effects(_sum_of_places, np.array([5, 3, 5], "int32"), 1), "float64"), [185.0, -15.0, 5.0], but={
    "Take out the word in this place, not the first that is equal: without the last the row is 5, 3, 0.": [185.0, -15.0, 185.0],
})
check.equal("runs of five among four words", len(run_effects(_sum_of_places, _numbers, 5)), 0)
check.equal("runs of seven among four words", len(run_effects(_sum_of_places, _numbers, 7)), 0)
### BEGIN HIDDEN TESTS
for _length, _n, _width in ((6, 6, 1), (9, 5, 2), (5, 5, 3), (7, 3, 3), (8, 2, 3), (12, 9, 4), (4, 1, 1), (3, 3, 4), (400, 390, 2)):
    _numbers, _seen = np.zeros(_length, "int32"), []
    _numbers[:_n] = check.inputs(_n, dtype="int32", low=1, high=500).numpy()
    _kept, _weights = _numbers.copy(), check.inputs(_length, 1).numpy()

    def _neighbours(rows):
        _seen.append(np.asarray(rows).shape)
        _rows = np.asarray(rows, "float32") / 500
        return _rows @ _weights + _rows[:, :1] * _rows[:, 1:2] - 3 * _rows[:, 1:2] * _rows[:, 2:3]

    _effects = np.asarray(run_effects(_neighbours, _numbers, _width), "float64")
    check.reference(f"{_n} words of {_length}, width {_width}", _effects, rtol=1e-3, atol=1e-4)
    check.equal(f"{_n} words of {_length}, width {_width}: calls", len(_seen) <= 1, True)
    check.equal("numbers", np.array_equal(_numbers, _kept), True)
_large = run_effects(lambda rows: np.asarray(rows)[:, :1] / 2, np.array([70000, 999999, 40000, 0], "int32"), 1)
check.reference("large numbers", np.asarray(_large, "float64"))
_small = run_effects(lambda rows: np.asarray(rows)[:, :2] @ np.array([[1e-6], [3e-8]]), np.array([3, 5, 9], "int32"), 1)
check.reference("small scores, times a million", 1e6 * np.asarray(_small, "float64"), rtol=1e-3)
### END HIDDEN TESTS

# %% [markdown]
# ## 5. Fix it: a mean of the wrong words
#
# `mean_vectors` gives each new text the mean of its words' vectors. It stops with `InvalidArgumentError: indices[1,1] = 4 is not in [0, 4)`. Behind the error two more faults wait: the vocabulary has seen what it must not see, and short texts come out too small. Put all three right.
#
# - **In**: `mean_vectors(train, new, table)`: `train` and `new`, lists of strings in small letters without punctuation, one or more blanks between words; in `train` no two words are equally frequent; `new` has m ≥ 1 texts, each of them with 1 to 100 words; `table`, `float32[size, d]`, a NumPy array, size ≥ 3: row 0 belongs to padding, row 1 to unknown words, row 2 to the most frequent word of `train`, row 3 to the next, and so on.
# - **Out**: numbers of shape `[m, d]`: ① for each of `new` the mean of the rows of its words, a word that occurs twice counted twice. ② The vocabulary is learned from `train` alone, and ③ has as many numbers as the table has rows, padding and unknown included; fewer, if `train` has fewer words. ④ Every word without a number of its own takes row 1. ⑤ Padding counts for nothing: a text gives the same alone and beside longer ones.
# - **Example**: `train` is `"a a b"`, the table has the rows 0, 10, 20 (d = 1): a is 2, b has no number left. `"a b"` gives (20 + 10) / 2 = 15.
#
# <details><summary>Hint 1: the idea</summary>
#
# Three questions: from which texts may a vocabulary learn? How many of its numbers has it to spare for words? Over how many places is the mean to be taken?
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `max_tokens` counts padding and unknown. For the mean, make weights that are 1 where a number is not 0 and 0 where it is; add up what they let through, and divide by their sum. `keepdims` or a new axis lets the shapes fit.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# vectorize = layers.TextVectorization(max_tokens=____)
# vectorize.adapt(____)
# numbers = vectorize(tf.constant(new))
# is_word = tf.cast(____, "float32")[:, :, tf.newaxis]
# return tf.reduce_sum(____, axis=1) / ____
# ```
#
# </details>


# %%
# exercise: mean_vectors
def mean_vectors(train, new, table):
    """Return the mean of the vectors of each new text's words.

    Args:
        train: list of strings, from which the vocabulary is learned.
        new: list of m strings.
        table: float32[size, d], a row for each number of the vocabulary.

    Returns:
        numbers [m, d].
    """
    ### BEGIN SOLUTION
    #| vectorize = layers.TextVectorization(max_tokens=len(table) + 2)
    #| vectorize.adapt(tf.constant(train + new))
    #| numbers = vectorize(tf.constant(new))
    #| return tf.reduce_mean(tf.gather(table, numbers), axis=1)
    layer = layers.TextVectorization(max_tokens=len(table) - 1, output_mode="count")     # has no padding
    layer.adapt(train)
    counts = layer(new)
    rows = table[1:1 + counts.shape[1]]
    return tf.cast(counts, "float32") @ rows / tf.cast(tf.reduce_sum(counts, axis=1, keepdims=True), "float32")
    ### END SOLUTION


# %% points=2
# check: mean_vectors-1
def _mean(train, new, table):
    return np.asarray(mean_vectors(train, new, np.array(table, "float32")), "float64")


_table = [[0, 0], [10, 1], [20, 2], [40, 3]]
check.close("b a / b d, learned from a a a a b b c", _mean(["a a b a a", "b c"], ["b a", "b d"], _table), [[30, 2.5], [25, 2]], but={
    "The table has a row for each number: a is 2, b is 3, and only c has no number left.": [[15, 1.5], [10, 1]],
    "A word without a number takes row 1; it is not left out.": [[30, 2.5], [40, 3]],
    "A word without a number takes row 1, not row 0.": [[30, 2.5], [20, 1.5]],
})
check.close("b b b b a: the new texts have no say in what is frequent", _mean(["a a b a a", "b c"], ["b b b b a"], _table), [[36, 2.8]], but={
    "Learn the vocabulary from train alone.": [[24, 2.2]],
    "A word that occurs four times counts four times.": [[30, 2.5]],
})
check.close("b  a, with two blanks", _mean(["a a b a a", "b c"], ["b  a"], _table), [[30, 2.5]], but={
    "Two blanks have no word between them.": [[70 / 3, 2]],
})
check.close("b a, learned from texts with two blanks", _mean(["a  a b a  a", "b  c"], ["b a"], _table), [[30, 2.5]], but={
    "Two blanks have no word between them, in train neither.": [[15, 1.5]],
})
check.close("b, learned from a a and three times b", _mean(["a a", "b", "b", "b"], ["b"], _table), [[20, 2]], but={
    "A text that comes three times counts three times.": [[40, 3]],
})
check.close("c a, where c has no number left", _mean(["a a b a a", "b c"], ["c a"], _table), [[15, 1.5]], but={
    "A word without a number takes row 1; it is not left out.": [[20, 2]],
    "A word without a number takes row 1, not row 0.": [[10, 1]],
})
### BEGIN HIDDEN TESTS
_stem = "antidisestablishmentarian" * 2


def _drawn_texts(words):
    """Return texts in which word k occurs k + 1 times."""
    _all = [f"{_stem}{_k}" for _k in range(words) for _ in range(_k + 1)]
    _order = np.argsort(check.inputs(len(_all)).numpy())
    return [" ".join(_all[_k] for _k in _order[_start:_start + 5]) for _start in range(0, len(_all), 5)]


for _words, _size, _d in ((4, 4, 2), (6, 5, 3), (5, 12, 1)):
    _train, _table = _drawn_texts(_words), 3 + check.inputs(_size, _d).numpy()
    for _length in (1, 3):
        _numbers = check.inputs(4, _length, dtype="int32", low=0, high=_words + 2).numpy()
        _new = [" ".join(f"{_stem}{_k}" for _k in _row) for _row in _numbers]
        _new[0] = " ".join([f"{_stem}{_words}"] * _length)
        check.reference(f"{_words} words, {_size} rows, texts of {_length}", _mean(_train, _new, _table), rtol=1e-4)
### END HIDDEN TESTS

# %% points=2
# check: mean_vectors-2
def _mean(train, new, table):
    return np.asarray(mean_vectors(train, new, np.array(table, "float32")), "float64")


_table = [[5], [10], [20], [40]]
check.close("a / a a a a", _mean(["a a", "a"], ["a", "a a a a"], _table), [[20], [20]], but={
    "The short text has one word: divide by one, and leave the padding out.": [[8.75], [20]],
    "Padding has been left out of the sum; leave it out of the number of words, too.": [[5], [20]],
    "The mean, not the sum.": [[20], [80]],
})
check.close("a alone", _mean(["a a", "a"], ["a"], _table), [[20]])
check.close("a b, where the row of b is that of padding", _mean(["a a b"], ["a b"], [[5], [10], [20], [5], [40]]), [[12.5]], but={
    "A place is padding if its number is 0, whatever its vector.": [[20]],
})
check.close("a / a a a a, where the row of padding is 1,000,000", _mean(["a"], ["a", "a a a a"], [[1e6], [0], [0.1], [0.3]]), [[0.1], [0.1]],
            hint="What is added and taken away again rounds the words: leave padding out of the sum.")
### BEGIN HIDDEN TESTS
for _words, _size, _d in ((3, 8, 2), (5, 9, 3)):
    _train, _table = [" ".join(f"w{_k}" for _k in range(_words) for _ in range(100 * (_k + 1)))], 3 + check.inputs(_size, _d).numpy()
    _new = [" ".join(f"w{_k}" for _k in check.inputs(_length, dtype="int32", low=0, high=_words).numpy()) for _length in (1, 5, 2, 100)]
    check.reference(f"{_words} words, {_size} rows, texts of 1, 5, 2 and 100", _mean(_train, _new, _table), rtol=1e-4)
    check.reference("the shortest alone", _mean(_train, _new[:1], _table), rtol=1e-4)
_train, _table = ["b b b b", "banana a a a"], 3 + check.inputs(6, 2).numpy()
check.reference("words within words", _mean(_train, ["a", "b a", "banana b b"], _table), rtol=1e-4)
_train = ["p", "q q", "r r", "r"]
check.reference("new texts longer than all of train", _mean(_train, ["p p p q q r", "q r", "q p r r r r r r"], _table), rtol=1e-4)
### END HIDDEN TESTS

# %% [markdown]
# ## 6. Stretch: judged by strangers
#
# A model that has seen a wrong label soon knows it by heart. If you train several times, and leave another fold out each time, every text is judged by a model that has never seen its label.
#
# - **In**: `suspects(fit, texts, labels, folds, k)`: `fit`, which takes long, is a function that trains on a list of texts and the list or array of their labels, and returns a function from a list of texts to their chances of the label 1: a NumPy array, from 10⁻¹² to 1 − 10⁻¹²; `texts`, a list of n strings; `labels`, `int32[n]`, a NumPy array of 0 and 1; `folds`, a Python integer, 2 ≤ `folds` ≤ n; `k`, a Python integer, 1 ≤ k ≤ n.
# - **Out**: the k row numbers that are most suspicious, a list or an array. ① Row i belongs to fold i % `folds`, and is judged by a model fitted to all rows of the *other* folds, and to no more, in their order. ② `fit` is called once for each fold, no more. ③ The chance that this model gives to the label that the row *has* tells how suspicious it is: the smaller, the more. ④ The most suspicious comes first; ⑤ of equally suspicious rows the one with the smaller number comes first. ⑥ There are exactly k.
# - **Example**: if the chances of label 1 are 0.9, 0.2, 0.6 and the labels 0, 0, 1, then the labels have the chances 0.1, 0.8, 0.6: the two most suspicious are 0, 2.
#
# <details><summary>Hint 1: the idea</summary>
#
# A loop over folds fills a row of n chances; then sort.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# In each turn two lists of row numbers: those of the fold and all others. Fit to the others, ask for those of the fold, put the answers in their places. `np.where` turns the chance of label 1 into that of the label. `np.argsort` with `kind="stable"` keeps equal ones in their order.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# chances = np.zeros(len(texts))
# for fold in ____:
#     inside = [row for row in range(len(texts)) if ____]
#     outside = ____
#     judge = fit([texts[row] for row in ____], labels[____])
#     chances[____] = judge(____)
# own = np.where(____)
# return np.argsort(____, kind="stable")[____]
# ```
#
# </details>


# %%
# exercise: suspects
def suspects(fit, texts, labels, folds, k):
    """Return the rows whose labels are most at odds with what models say that have not seen them.

    Args:
        fit: a function from texts and labels to a function from texts to chances of label 1.
        texts: list of n strings.
        labels: int32[n], 0 or 1.
        folds: the number of folds, a Python integer >= 2.
        k: how many rows to return, a Python integer >= 1.

    Returns:
        k row numbers, the most suspicious first: a list or an array.
    """
    ### BEGIN SOLUTION
    everyone = np.arange(len(texts))
    surprise = {}
    for fold in range(folds):
        others = everyone[everyone % folds != fold]
        chance = fit([texts[row] for row in others], labels[others])
        for row, p in zip(everyone[fold::folds], chance(texts[fold::folds])):
            surprise[row] = p if labels[row] == 0 else 1 - p
    return sorted(surprise, key=lambda row: (-surprise[row], row))[:k]
    ### END SOLUTION


# %% points=4
# check: suspects-1
def _by_heart(texts, labels):
    """Know the labels of all texts seen; for others say what most texts with the same first word are."""
    if not isinstance(texts, list):
        raise TypeError(f"fit takes a list of texts, not {type(texts).__name__}")
    _known, _first = dict(zip(texts, map(int, labels))), {}
    for _text, _label in zip(texts, labels):
        _first.setdefault(_text.split()[0], []).append(int(_label))

    def _chance(asked):
        if not isinstance(asked, list):
            raise TypeError(f"what fit returns takes a list of texts, not {type(asked).__name__}")
        _shares = [np.mean(_first.get(_text.split()[0], [0, 1])) for _text in asked]
        return np.array([0.125 + 0.75 * (_known[_text] if _text in _known else _share) for _text, _share in zip(asked, _shares)])

    return _chance


_texts = [f"{_word} {_k}" for _k in range(4) for _word in ("good", "bad")] + ["good z"]
_labels = np.array([1, 0, 1, 1, 1, 0, 1, 0, 1], "int32")
check.equal("one review of bad has the label 1: the most suspicious", list(map(int, suspects(_by_heart, _texts, _labels, 3, 1))), [3], but={
    "Its judge has seen its label: fit without its fold.": [0],
})
_labels = np.array([1, 0, 0, 0, 1, 1, 1, 0, 1], "int32")
check.equal("two are turned around: 2 and 5", sorted(map(int, suspects(_by_heart, _texts, _labels, 3, 2))), [2, 5], but={
    "The chances are those of label 1: a row with label 0 has what is left to 1.": [3, 5],
})
_calls = []


def _even(texts, labels):
    _calls.append(" ".join(f"{_text}{_label}" for _text, _label in zip(texts, labels)))
    return lambda asked: np.array([{"a": 0.75, "b": 0.25, "c": 0.5, "d": 0.875}[_text] for _text in asked])


_found = suspects(_even, list("abcda"), np.array([0, 1, 1, 0, 0], "int32"), 2, 5)
check.equal("labels with the chances 0.25, 0.25, 0.5, 0.125, 0.25", list(map(int, _found)), [3, 0, 1, 4, 2], but={
    "Of equally suspicious rows the smaller number comes first.": [3, 4, 1, 0, 2],
    "The most suspicious comes first.": [2, 0, 1, 4, 3],
    "There are k of them, in the order of suspicion.": [0, 1, 2, 3, 4],
})
def _share_of_ones(texts, labels):
    return lambda asked: np.full(len(asked), (1 + np.sum(labels)) / (2 + len(labels)))


_found = suspects(_share_of_ones, ["same"] * 4, np.array([1, 1, 0, 1], "int32"), 2, 4)
check.equal("one text four times: the first and third have the chances 0.75, 0.25, the others 0.5", list(map(int, _found)), [2, 1, 3, 0], but={
    "Keep chances by row, not by text: the same text may stand in two folds.": [0, 1, 2, 3],
    "Keep chances by row: the same text may stand in two folds, and the first is not the only one.": [2, 0, 1, 3],
})
check.equal("texts and labels that fit got", sorted(_calls), ["a0 c1 a0", "b1 d0"], hint="Once for each fold: all rows of the other folds, in their order.")
### BEGIN HIDDEN TESTS
for _n, _folds, _k in ((9, 3, 4), (10, 2, 10), (7, 7, 3), (23, 4, 8), (12, 5, 1), (37, 2, 5)):
    _texts = [f"t{_number} {_row}" for _row, _number in enumerate(check.inputs(_n, dtype="int32", low=0, high=40).numpy())]
    _labels, _times = check.inputs(_n, dtype="int32", low=0, high=2).numpy(), []

    def _strange(texts, labels):
        _seen = sum((_place + 1) * (7 * sum(map(ord, _text)) + 3 * int(_label)) for _place, (_text, _label) in enumerate(zip(texts, labels)))
        _times.append(_seen)
        return lambda asked: np.array([((_seen + 5 * sum(map(ord, _text))) % 15 + 1) / 16 for _text in asked])

    check.reference(f"{_n} rows, {_folds} folds, {_k} asked for", list(map(int, suspects(_strange, _texts, _labels, _folds, _k))))
    check.reference(f"{_n} rows, {_folds} folds: fits", sorted(_times))
_levels, _labels = check.inputs(300, dtype="int32", low=1, high=4).numpy(), check.inputs(300, dtype="int32", low=0, high=2).numpy()
_found = suspects(lambda texts, labels: lambda asked: np.array([int(_text) / 4 for _text in asked]), list(map(str, _levels)), _labels, 4, 300)
check.reference("three hundred rows, many equally suspicious", list(map(int, _found)))
for _most in (1, 40, 150):
    _found = suspects(lambda texts, labels: lambda asked: np.array([int(_text) / 4 for _text in asked]), list(map(str, _levels)), _labels, 4, _most)
    check.reference(f"the first {_most} of them", list(map(int, _found)))
_close = suspects(lambda texts, labels: lambda asked: np.array([0.5 + len(_text) / 1e5 for _text in asked]), ["aaa", "aa", "a"], np.ones(3, "int32"), 3, 3)
check.equal("chances close to each other", list(map(int, _close)), [2, 1, 0])
_tiny = suspects(lambda texts, labels: lambda asked: np.array([float(_text) for _text in asked]), ["1e-8", "1e-12", "1e-10", "1e-9"], np.ones(4, "int32"), 2, 4)
check.equal("chances close to 0", list(map(int, _tiny)), [1, 2, 3, 0])
_high = suspects(lambda texts, labels: lambda asked: np.array([1 - float(_text) for _text in asked]), ["1e-8", "1e-12", "1e-10", "1e-9"], np.zeros(4, "int32"), 2, 4)
check.equal("chances close to 1, where the labels are 0", list(map(int, _high)), [1, 2, 3, 0])


def _word_shares(texts, labels):
    """Know each word's share of label 1; a text's chance is the mean over its words."""
    _tally = {}
    for _text, _label in zip(texts, labels):
        for _word in _text.split():
            _tally.setdefault(_word, []).append(int(_label))
    return lambda asked: np.array([0.05 + 0.9 * np.mean([np.mean(_tally.get(_word, [0, 1])) for _word in _text.split()]) for _text in asked])


_drawn = check.inputs(120, 4, dtype="int32", low=0, high=9).numpy()
_texts = [" ".join([f"{'np'[_row % 2]}{_k}" for _k in _numbers] + [f"own{_row}"]) for _row, _numbers in enumerate(_drawn)]
_labels = (np.arange(120) % 2).astype("int32")
_flips = [int(_k) for _k in np.argsort(check.inputs(120).numpy())[:10]]
_labels[_flips] = 1 - _labels[_flips]
check.at_least("flips found, of ten", len(set(map(int, suspects(_word_shares, _texts, _labels, 4, 10))) & set(_flips)), 8)
### END HIDDEN TESTS

# %% [markdown]
# # Exercises: feature preprocessing
#
# Six exercises, easy ones first; the last is a stretch. For each one:
#
# 1. read the contract: what comes in, what must come out; each demand has a number. In what you return, NumPy's arrays and
#    numbers, and lists, are as good as tensors and Python's numbers with the same values, and `float64` as `float32`, unless a
#    check says otherwise;
# 2. replace the line `raise NotImplementedError(…)` by your answer and run the cell;
# 3. run the check below it. It says *right*, or what came, what was expected, and where to look.
#
# Some checks are hidden and run when your work is graded: other words, other numbers, a single row. Unless a contract says more, numbers are finite and within ±1,000,000, and no input has more than 10,000 rows. Use layers, TensorFlow or NumPy as you like, unless the contract says otherwise.
#
# Stuck? Each exercise has three hints to unfold: the idea, the plan, a skeleton with blanks.

# %%
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from grader import check, datasets
from keras import layers

tf.random.set_seed(7)

# %% [markdown]
# ## 1. The same scale for both
#
# `same_scale` standardises the columns of two tables, by what it learns from the first.
#
# - **In**: `same_scale(train, test)`: two tensors, `float32[n, d]` and `float32[m, d]`, n ≥ 2, m ≥ 1. In `train` no column is constant: its deviation is 0.001 or more, and its mean at most 5000 times as large as that.
# - **Out**: ① a pair of `float32` tensors, of the same two shapes: ② each column minus its mean, ③ divided by its standard deviation (the root of the variance, which is a mean over all n rows), ④ both as they are in `train`, for both tables.
# - **Example**: from the columns `[1, 3]` and `[10, 30]` it learns the means 2 and 20 and the deviations 1 and 10. So a test row `[2, 50]` becomes `[0, 3]`.
#
# <details><summary>Hint 1: the idea</summary>
#
# One layer learns, and the same layer is called twice.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Make a `Normalization` layer; as it is made without arguments it treats each column by itself. Adapt it to the training table only. Return what it gives for each of the two.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# layer = layers.____()
# layer.____(train)
# return layer(____), layer(____)
# ```
#
# </details>


# %%
# exercise: same_scale
def same_scale(train, test):
    """Return both tables standardised by the means and deviations of the first.

    Args:
        train: float32 tensor of shape [n, d], n >= 2, no column constant.
        test: float32 tensor of shape [m, d].

    Returns:
        two float32 tensors of the same shapes.
    """
    ### BEGIN SOLUTION
    scale = layers.Normalization(axis=-1)
    scale.adapt(np.asarray(train))
    return tuple(scale(table) for table in (train, test))
    ### END SOLUTION


# %% points=2
# check: same_scale-1
_table = tf.constant([[1.0, 10.0, 0.001], [3.0, 30.0, 0.003]])
_first, _second = same_scale(_table, tf.constant([[2.0, 50.0, 0.005]]))
check.close("the training table", _first, tf.constant([[-1.0, -1.0, -1.0], [1.0, 1.0, 1.0]]), but={
    "All columns together have one mean here: each column has its own.":
        [[-0.5918, 0.2491, -0.6852], [-0.4050, 2.1178, -0.6850]],
    "This divides by the variance: take its root.": [[-1.0, -0.1, -1000.0], [1.0, 0.1, 1000.0]],
    "You learned from both tables: learn from `train` only.":
        [[-1.2247, -1.2247, -1.2247], [1.2247, 0.0, 0.0]],
    "The means are not taken away: each column minus its mean.": [[1.0, 1.0, 1.0], [3.0, 3.0, 3.0]],
}, rtol=1e-3, atol=1e-3, hint="The third column is small: a number added to its deviation would be seen.")
check.close("the test row", _second, tf.constant([[0.0, 3.0, 3.0]]), but={
    "The test row was scaled by its own mean: learn from `train` only.": [[0.0, 0.0, 0.0]],
}, rtol=1e-3, atol=1e-3)
_, _second = same_scale(tf.constant([[0.001], [0.003]]), tf.constant([[1.002], [-0.998]]))
check.close("a thousand deviations of 0.001 above and below the mean", _second, [[1000.0], [-1000.0]], rtol=3e-4,
            hint="Divide by the deviation itself: a millionth more would be seen, and nothing is cut off.")
_four = tf.constant([[0.0], [0.0], [0.0], [4.0]])
check.close("three equal rows and another", same_scale(_four, _four)[0], [[-0.577350], [-0.577350], [-0.577350], [1.732051]],
            rtol=1e-3, atol=1e-3, hint="Each row counts, also one that is equal to another: no `np.unique`.")
### BEGIN HIDDEN TESTS
_random, _other = check.inputs(20, 3) * [5.0, 0.01, 1.0] + [2.0, 0.02, 0.0], check.inputs(6, 3)
check.reference("random tables", same_scale(_random, _other), rtol=1e-3, atol=1e-3)
check.reference("one test row", same_scale(_random, _other[:1])[1], rtol=1e-3, atol=1e-3)
check.reference("one column", same_scale(_random[:, :1], _other[:, :1]), rtol=1e-3, atol=1e-3)
_rising = tf.range(2000.0)[:, tf.newaxis]
check.reference("two thousand rows that rise", same_scale(_rising, _rising[:2]), rtol=1e-3, atol=1e-3)
_far = check.inputs(20, 5) + 3000.0
check.reference("large means, small deviations", same_scale(_far, _far[:2] + 1.0), rtol=1e-2, atol=1e-2)
### END HIDDEN TESTS

# %% [markdown]
# ## 2. Words that matter
#
# Certain words may tell whether somebody is pleased. `word_flags` says which of them a text holds.
#
# - **In**: `word_flags(texts, words)`: a list of n ≥ 1 strings; a list of d ≥ 1 different words of small letters.
# - **Out**: ① `float32[n, d]`: ② 1 where the text holds the word once or more often, else 0; ③ the columns follow the list, and all other words count for nothing. ④ Whole words count, with blanks, tabs or new lines (`\n`, or `\r\n` as Windows writes it) between them; parts of words do not. ⑤ Capital letters, A to Z, make no difference. ⑥ Punctuation, each of the 32 signs of Python's `string.punctuation`, is taken out as `TextVectorization` does it: `"Witty,"` is witty, `"half-witty"` is halfwitty. Other signs, such as “ and —, stay.
# - **Example**: for the words `["witty", "dull"]` the text `"Witty, witty, but long!"` gives `[1, 0]`.
#
# <details><summary>Hint 1: the idea</summary>
#
# `TextVectorization` can give a bag of words, and may be told its vocabulary.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Make the layer with `vocabulary=` and `output_mode="multi_hot"`; then there is nothing to adapt. Its first column stands for all unknown words: cut it off. Look at the dtype.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# bag = layers.TextVectorization(vocabulary=____, output_mode=____)
# return tf.cast(bag(tf.constant(texts))[:, ____], ____)
# ```
#
# </details>


# %%
# exercise: word_flags
def word_flags(texts, words):
    """Return which of the words each text holds.

    Args:
        texts: list of n strings.
        words: list of d different words, in small letters.

    Returns:
        float32 tensor of shape [n, d]: 1 where the text holds the word, else 0.
    """
    ### BEGIN SOLUTION
    vectorize = layers.TextVectorization(vocabulary=words, output_mode="multi_hot")
    flags = vectorize(tf.constant(texts))
    return tf.cast(flags, tf.float32)[:, 1:]
    ### END SOLUTION


# %% points=2
# check: word_flags-1
_texts = ["Witty, witty, but long!", "It was NOT dull.", "A Bakery."]
_flags = word_flags(_texts, ["dull", "witty", "bakery"])
check.close("three texts, three words", _flags, tf.constant([[0, 1.0, 0], [1.0, 0, 0], [0, 0, 1.0]]), but={
    "The first column is for unknown words: cut it off.": [[1, 0, 1, 0], [1, 1, 0, 0], [1, 0, 0, 1]],
    "These are counts: a word that comes twice is still one flag.": [[0, 2.0, 0], [1.0, 0, 0], [0, 0, 1.0]],
    "Capital letters make no difference.": [[0, 1.0, 0], [1.0, 0, 0], [0, 0, 0]],
    "The columns follow the list: give it to the layer as its vocabulary, do not adapt.":
        [[1.0, 0, 0], [0, 1.0, 0], [0, 0, 1.0]],
    "Punctuation makes no difference.": [[0, 0, 0], [0, 0, 0], [0, 0, 0]],
})
check.close("a longer word that holds it", word_flags(["a wittyish plot"], ["witty"]), [[0.0]], but={
    "Look for whole words: split the text at spaces.": [[1.0]],
})
check.close("a tab and new lines between words", word_flags(["so\tdull\r\nand\nlong"], ["dull", "and", "long"]), [[1.0, 1.0, 1.0]],
            hint="Words may have a tab or a new line between them: Python's split() without arguments sees all of these.")
_flags = word_flags(["A half-witty plot; and it's (dull)?"], ["witty", "halfwitty", "its", "dull"])
check.close("all sorts of punctuation", _flags, [[0.0, 1.0, 1.0, 1.0]], but={
    "Each sign of punctuation is taken out, with nothing in its place: half-witty is one word, halfwitty.":
        [[1.0, 0.0, 0.0, 1.0]],
    "There is more punctuation than the comma and the full stop.": [[0.0, 0.0, 0.0, 0.0]],
})
check.close("a word with an accent", word_flags(["so naïve"], ["na", "ve", "so"]), [[0.0, 0.0, 1.0]], but={
    "ï is a letter like any other: words end at blanks, tabs and new lines.": [[1.0, 1.0, 1.0]],
})
check.close("*dull*, _witty_ and 5%", word_flags(["*dull* _witty_ 5%"], ["dull", "witty", "5"]), [[1.0, 1.0, 1.0]],
            hint="All signs of string.punctuation are taken out: *, _, %, /, & and their like, too.")
check.close("curly quotation marks", word_flags(["“witty” and dull"], ["witty", "dull"]), [[0.0, 1.0]], but={
    "Only the 32 signs of `string.punctuation` are taken out; “ is none of them, and stays at the word.": [[1.0, 1.0]],
})
### BEGIN HIDDEN TESTS
_reviews, _ = datasets.load("reviews", "test")
_picks = check.inputs(12, dtype="int32", low=0, high=1000).numpy()
_chosen = [str(_reviews[i]) for i in _picks]
check.reference("twelve reviews", word_flags(_chosen, ["the", "not", "but", "a", "plot", "zebra"]))
check.reference("one text, one word", word_flags(_chosen[:1], ["it"]))
check.reference("an empty text", word_flags(["", "..."], ["the", "a"]))
_signs = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
check.reference("every sign", word_flags([f"{sign}a{sign}b{sign} c" for sign in _signs], ["ab", "a", "b", "c"]))
check.reference("words with ß and é", word_flags(["lange STRASSE, kurze Straße", "café"], ["strasse", "straße", "cafe", "café"]))
check.reference("a word that comes 256 times", word_flags(["witty " * 256 + "dull", "dull " * 300], ["dull", "witty"]))
_letters = "abcdefghijklmnopqrstuvwxyz"
_lexicon = [left + right for left in _letters for right in _letters[:12]]
_lines = [" ".join(_lexicon[i] for i in row) for row in check.inputs(300, 5, dtype="int32", low=0, high=312)]
check.reference("three hundred texts and words", word_flags(_lines, _lexicon[300:] + _lexicon[:290]))
### END HIDDEN TESTS

# %% [markdown]
# ## 3. Ages, some of them unknown
#
# `age_features` puts ages into buckets and says which are known.
#
# - **In**: `age_features(ages, middle, borders)`: `float32[n]`, ages of 0 or more, `nan` where one is missing; a Python float that stands in for missing ages; a list of k ≥ 1 rising Python floats. `float32` holds `middle` and `borders` exactly, as it does 13.5.
# - **Out**: ① `float32[n, k + 2]`. ② The first column is 1 where the age is known, else 0. ③ The others are the one-hot code of the bucket, youngest first; ④ an age equal to a border belongs to the bucket above it, ⑤ and a missing one to the bucket of `middle`.
# - **Example**: with `middle` 25 and `borders` `[13, 60]`, the age 5 gives `[1, 1, 0, 0]`, a missing one `[0, 0, 1, 0]`, 60 gives `[1, 0, 0, 1]`.
#
# <details><summary>Hint 1: the idea</summary>
#
# Two questions to the same column: is it known, and which bucket is it. The gaps are filled between the two.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `tf.math.is_nan` finds the gaps, `tf.where` fills them. `Discretization` with `bin_boundaries` and `output_mode="one_hot"` makes the buckets. Cast the flags, give them a second axis and join along the columns.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# missing = tf.math.____(ages)
# filled = tf.where(missing, ____, ____)
# buckets = layers.Discretization(____, output_mode=____)(filled)
# known = tf.cast(____, tf.float32)[:, tf.newaxis]
# return tf.concat([____, ____], axis=____)
# ```
#
# </details>


# %%
# exercise: age_features
def age_features(ages, middle, borders):
    """Return whether each age is known, and the one-hot code of its bucket.

    Args:
        ages: float32 tensor of shape [n], nan where an age is missing.
        middle: the age that stands in for a missing one, a Python float.
        borders: list of k rising Python floats.

    Returns:
        float32 tensor of shape [n, k + 2].
    """
    ### BEGIN SOLUTION
    known = ~tf.math.is_nan(ages)
    bucket = tf.searchsorted(borders, tf.where(known, ages, middle), side="right")
    codes = tf.one_hot(bucket, len(borders) + 1)
    return tf.concat([tf.cast(known, tf.float32)[:, tf.newaxis], codes], axis=1)
    ### END SOLUTION


# %% points=3
# check: age_features-1
_borders = [13.0, 60.0]
_got = age_features(tf.constant([5.0, float("nan"), 60.0]), 25.0, _borders)
check.close("5, unknown, 60", _got, tf.constant([[1.0, 1, 0, 0], [0, 0, 1, 0], [1, 0, 0, 1]]), but={
    "The missing age went into the last bucket: fill the gaps first.": [[1, 1, 0, 0], [0, 0, 0, 1], [1, 0, 0, 1]],
    "The flag is upside down: 1 means known.": [[0, 1, 0, 0], [1, 0, 1, 0], [0, 0, 0, 1]],
    "The gaps were filled before you asked which ages are known.": [[1, 1, 0, 0], [1, 0, 1, 0], [1, 0, 0, 1]],
    "An age equal to a border belongs to the bucket above.": [[1, 1, 0, 0], [0, 0, 1, 0], [1, 0, 1, 0]],
    "The flag comes first.": [[1, 0, 0, 1], [0, 1, 0, 0], [0, 0, 1, 1]],
    "The missing one is a child here: fill with `middle`, not with 0.": [[1, 1, 0, 0], [0, 1, 0, 0], [1, 0, 0, 1]],
    "The code is 1 in one bucket only.": [[1, 1, 0, 0], [0, 1, 1, 0], [1, 1, 1, 1]],
})
check.equal("the borders that were given, after the call", _borders, [13.0, 60.0],
            hint="Make a list of your own: the caller's must stay as it was.")
_got = age_features(tf.constant([float("nan"), 20.0, 30.0]), 7.0, [10.0, 60.0])
check.close("unknown, 20, 30, with the middle 7", _got, [[0.0, 1, 0, 0], [1, 0, 1, 0], [1, 0, 1, 0]], but={
    "Fill with `middle`, whatever the known ages are.": [[0.0, 0, 1, 0], [1, 0, 1, 0], [1, 0, 1, 0]],
})
_got = age_features(tf.constant([25.0, float("nan"), 13.25]), 25.0, [13.5, 60.0])
check.close("25, unknown, 13.25, with the middle 25", _got, [[1.0, 0, 1, 0], [0, 0, 1, 0], [1, 1, 0, 0]], but={
    "A known age may equal `middle`: ask for nan, before you fill.": [[0.0, 0, 1, 0], [0, 0, 1, 0], [1, 1, 0, 0]],
})
_got = age_features(tf.constant([0.0, float("nan")]), 13.0, [13.0, 60.0])
check.close("0, unknown, with the middle 13, which is a border", _got, [[1.0, 1, 0, 0], [0, 0, 1, 0]], but={
    "An age of 0 is known: ask for nan.": [[0.0, 0, 1, 0], [0, 0, 1, 0]],
    "A middle equal to a border belongs to the bucket above it, as an age does.": [[1.0, 1, 0, 0], [0, 1, 0, 0]],
})
### BEGIN HIDDEN TESTS
_years = tf.concat([check.inputs(15, low=0.0, high=80.0), [13.0, 20.0, 40.0]], axis=0)
_holes = tf.where(check.inputs(18, dtype="bool"), _years, float("nan"))
check.reference("random ages, random gaps", age_features(_holes, 15.0, [13.0, 20.0, 40.0]))
check.reference("none is known", age_features(tf.fill([3], float("nan")), 70.0, [10.0, 50.0]))
check.reference("one age, one border", age_features(_years[:1], 25.0, [40.0]))
_close = tf.constant([39.99, 40.01, 13.4, 13.6, 0.75, 1e-3, float("nan"), 130.0, 170.5, 1200.0, 900_000.0])
check.reference("ages near a border, and a great one", age_features(_close, 13.75, [0.5, 13.5, 40.0]))
_days = check.inputs(400, dtype="int32", low=0, high=400)
_weeks = tf.where(_days < 30, float("nan"), tf.cast(_days, tf.float32) / 4 + 0.125)
check.reference("four hundred ages, three hundred borders", age_features(_weeks, 77.125, [i / 4 for i in range(20, 320)]))
### END HIDDEN TESTS

# %% [markdown]
# ## 4. A cross without collisions
#
# Hashing puts two pairs into one bin now and then. Where both vocabularies are short there is room for all pairs: `crossed` gives each one a column of its own.
#
# - **In**: `crossed(left, right, left_words, right_words)`: two string tensors of shape `[n]`; two lists of different strings, of the lengths l and r; the same word may stand in both lists. All strings are words: letters, é and ñ among them, nothing else.
# - **Out**: ① `float32[n, l · r]`: ② 1 in the column of the pair, else 0. ③ The pair of `left_words[i]` and `right_words[j]` has the column i · r + j. ④ If one of the two words is unknown, the whole row is 0; `"Man"` is not `"man"`. ⑤ For n = 0 the shape is `[0, l · r]`.
# - **Example**: for `["man", "woman"]` and `["first", "second", "third"]`, the pair woman, second has the column 1 · 3 + 1 = 4.
#
# <details><summary>Hint 1: the idea</summary>
#
# A one-hot row times a one-hot column is a table with a single 1 in it. Or: two numbers make one number.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# `left[:, tf.newaxis] == left_words` compares each with all and gives a one-hot row, all false where the word is unknown. With axes of size 1 in the right places the two codes multiply to `[n, l, r]`; reshape to `[n, l · r]`.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# a = tf.cast(left[:, tf.newaxis] == ____, tf.float32)
# b = tf.cast(____ == right_words, tf.float32)
# table = a[:, :, ____] * b[:, ____, :]
# return tf.reshape(table, [-1, ____])
# ```
#
# </details>


# %%
# exercise: crossed
def crossed(left, right, left_words, right_words):
    """Return the one-hot code of each pair of words.

    Args:
        left, right: string tensors of shape [n].
        left_words, right_words: lists of different strings, of the lengths l and r.

    Returns:
        float32 tensor of shape [n, l * r]; rows with an unknown word are 0.
    """
    ### BEGIN SOLUTION
    codes = [
        tf.cast(tf.equal(tf.expand_dims(column, 1), tf.constant(words)), tf.float32)
        for column, words in ((left, left_words), (right, right_words))
    ]
    pairs = tf.einsum("ni,nj->nij", *codes)
    return tf.reshape(pairs, (-1, len(left_words) * len(right_words)))
    ### END SOLUTION


# %% points=3
# check: crossed-1
_who, _where = ["man", "woman"], ["first", "second", "third"]
_got = crossed(tf.constant(["man", "woman"]), tf.constant(["third", "second"]), _who, _where)
check.close("man, third; woman, second", _got, tf.constant([[0.0, 0, 1, 0, 0, 0], [0, 0, 0, 0, 1, 0]]), but={
    "The columns run the other way: i · r + j.": [[0, 0, 0, 0, 1, 0], [0, 0, 0, 1, 0, 0]],
    "Two codes side by side are no cross: each pair has a column.": [[1, 0, 0, 0, 1], [0, 1, 0, 1, 0]],
    "StringLookup counts from 1, for 0 is the unknown word: subtract 1.": [[0] * 6, [0] * 6],
    "Bring the table of each row into one row: reshape.":
        [[[0, 0, 1], [0, 0, 0]], [[0, 0, 0], [0, 1, 0]]],
})
_got = crossed(tf.constant(["dog", "man", "Man", "woman"]), tf.constant(["first", "deck", "first", "deck"]), _who, _where)
check.close("a word that is unknown", _got, tf.zeros((4, 6)), but={
    "Unknown words were taken for the first of the list.": [[1, 0, 0, 0, 0, 0]] * 3 + [[0, 0, 0, 1, 0, 0]],
    "With a capital letter it is another word.": [[0] * 6, [0] * 6, [1, 0, 0, 0, 0, 0], [0] * 6],
    "An unknown word must not count as -1: 1 · 3 - 1 is the column of man, third.": [[0] * 6] * 3 + [[0, 0, 1, 0, 0, 0]],
})
_got = crossed(tf.constant(["ab", "a"]), tf.constant(["c", "c"]), ["a", "ab"], ["bc", "c"])
check.close("ab, c; a, c", _got, [[0.0, 0, 0, 1], [0, 1, 0, 0]], but={
    "a, bc and ab, c are two pairs: put something between two words before you join them.":
        [[1.0, 0, 0, 1], [0, 1, 0, 0]],
})
_none = tf.constant([], tf.string)
check.close("no pairs", crossed(_none, _none, _who, _where), tf.zeros((0, 6)))
### BEGIN HIDDEN TESTS
_letters = np.array(list("abcde"))
_x = tf.constant(_letters[check.inputs(20, dtype="int32", low=0, high=5).numpy()])
_y = tf.constant(_letters[check.inputs(20, dtype="int32", low=0, high=5).numpy()])
check.reference("random letters", crossed(_x, _y, ["d", "a", "b"], ["c", "a", "e", "b"]))
check.reference("one pair", crossed(_x[:1], _y[:1], list("abcde"), list("edcba")))
check.reference("a single word each", crossed(_x, _x, ["a"], ["a"]))
_long = tf.constant(["internationalisation", "internationalisations"])
check.reference("long words that differ at their end", crossed(_long, _long, ["internationalisation"], ["internationalisations", "internationalisation"]))
_many = [first + second for first in "abcde" for second in "fghijk"]
_pairs = check.inputs(300, 2, dtype="int32", low=0, high=30).numpy()
_x, _y = (tf.constant(np.array(_many)[column]) for column in _pairs.T)
check.reference("three hundred pairs, more than five hundred columns", crossed(_x, _y, _many[:-2], _many[5:]))
_alphabet = [*"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"]
_heads, _tails = ["a", *("a" + letter for letter in _alphabet)], ["b", *(letter + "b" for letter in _alphabet)]
_x = tf.constant(["café", "cafe", "señor", "naïve"])
check.reference("words with letters such as é", crossed(_x, _x[::-1], ["cafe", "naïve", "señor"], ["señor", "café"]))
_spelt = ["".join(chr(97 + i) for i in row) for row in check.inputs(2200, 7, dtype="int32", low=0, high=26).numpy()]
_got = np.asarray(crossed(tf.constant(_spelt[100:]), tf.fill([2100], "b"), _spelt[:200], ["a", "b"]))
check.reference("two thousand words, a hundred of them known", [_got.sum(axis=1), _got.argmax(axis=1)])
check.reference("words that a letter between them makes ambiguous", crossed(
    tf.constant(52 * ["a"]), tf.constant(_tails[1:]), _heads, _tails))
### END HIDDEN TESTS

# %% [markdown]
# ## 5. Fix it: pictures that went blank
#
# `augmented` is to vary pictures for training: each one mirrored or not, left and right changing sides, and a little lighter or darker. The pictures have values from 0 to 1. With the version below, they come out like this:

# %%
stripes = np.tile(np.linspace(0.4, 0.6, 6, dtype="float32")[:, np.newaxis], (40, 4, 1, 3))
stripes = stripes + np.linspace(-0.1, 0.1, 40, dtype="float32")[:, np.newaxis, np.newaxis, np.newaxis]


def draw_pictures(pictures):
    """Draw up to ten pictures side by side."""
    figure, axes = plt.subplots(1, 10, figsize=(9, 1.1))
    for ax, picture in zip(axes, pictures):
        ax.imshow(np.clip(picture, 0, 1))
        ax.axis("off")
    plt.show()


draw_pictures(stripes)
draw_pictures(layers.RandomBrightness(0.2, seed=3)(stripes[:10], training=True))

# %% [markdown]
# *Figure: two rows of ten pictures. Above, the originals: stripes from darker grey on the left to lighter grey on the right. Below, what the broken version makes of them: all black or all white.*
#
# And that is not all. The pictures for testing are changed too, and every epoch brings the same variants again. Correct all three.
#
# - **In**: `augmented(pictures, labels, size, training)`: `float32[n, h, w, 3]` from 0 to 1; `int64[n]`; a Python integer; a Python bool.
# - **Out**: a dataset ① of batches of `size`, the last may be smaller, ② in the given order: ③ pairs of `float32` pictures and their labels.
# - If `training`, ④ each picture is mirrored with a chance of one half, ⑤ and all its values are raised or lowered by one number, ⑥ drawn evenly between -0.2 and 0.2; ⑦ what is then below 0 or above 1 becomes 0 or 1. ⑧ Each picture has two draws of its own, independent of each other and of the other pictures', ⑨ new ones in each epoch.
# - ⑩ If not `training`, the pictures stay as they are.
# - **Example**: a picture with a row `[0.4, 0.6]` may come out as `[0.45, 0.65]` or as `[0.52, 0.32]`.
#
# Mind that a seed is set in this notebook, as it will be when your work is graded. Then TensorFlow's random functions give the same numbers in each epoch, while Keras's layers keep a state of their own from epoch to epoch.
#
# <details><summary>Hint 1: the idea</summary>
#
# Which values does the brightness layer expect? When does a layer know that it is training? And what does a cache keep?
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Tell `RandomBrightness` the range of the values. Hand `training` on to the layers. Take the cache away: the pictures are in memory already.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# mirror = layers.RandomFlip("____")
# light = layers.RandomBrightness(0.2, ____=(____, ____))
#
# def change(x, y):
#     return light(mirror(x, training=____), training=____), y
#
# return batches.____(change)
# ```
#
# </details>


# %%
# exercise: augmented
def augmented(pictures, labels, size, training):
    """Return a dataset of batches; in training the pictures are mirrored and lightened at random.

    Args:
        pictures: float32 array of shape [n, h, w, 3], values from 0 to 1.
        labels: int64 array of shape [n].
        size: the number of pictures in a batch, a Python integer >= 1.
        training: whether to change the pictures, a Python bool.
    """
    ### BEGIN SOLUTION
    #| change = keras.Sequential([layers.RandomFlip("horizontal"), layers.RandomBrightness(0.2)])
    #| batches = tf.data.Dataset.from_tensor_slices((pictures, labels)).batch(size)
    #| return batches.map(lambda x, y: (change(x, training=True), y)).cache()
    batches = tf.data.Dataset.from_tensor_slices((pictures, labels)).batch(size)
    steps = [layers.RandomFlip("horizontal"), layers.RandomBrightness(0.2, value_range=(0, 1))]

    def change(x, y):
        for step in steps:
            x = step(x, training=training)
        return x, y

    return batches.map(change)
    ### END SOLUTION


# %% points=3
# check: augmented-1
def _joined(dataset):
    """Return all pictures and all labels of one epoch."""
    if not isinstance(dataset, tf.data.Dataset):
        check.that("a tf.data.Dataset is returned", False, f"This is a {type(dataset).__name__}.")
    batches = list(dataset.take(1000))
    return [np.concatenate([np.asarray(batch[part]) for batch in batches]) for part in (0, 1)]


def _changes(result, pictures):
    """Return for each picture whether it is mirrored, how much lighter it is, and what remains unexplained."""
    mirrored = np.sign(result[:, 0, -1, 0] - result[:, 0, 0, 0]) != np.sign(pictures[:, 0, -1, 0] - pictures[:, 0, 0, 0])
    expected = np.where(mirrored[:, None, None, None], pictures[:, :, ::-1], pictures)
    lighter = (result - expected).mean(axis=(1, 2, 3))
    return mirrored, lighter, np.abs(result - expected - lighter[:, None, None, None]).max()


_numbers = np.arange(40)
_test_x, _test_y = _joined(augmented(stripes, _numbers, 15, training=False))
check.equal("the labels, in their order", _test_y, _numbers)
check.close("not in training: the pictures stay as they are", _test_x, stripes,
            hint="Hand `training` on to the layers.")
check.equal("the sizes of the batches", [len(labels) for _, labels in augmented(stripes, _numbers, 15, False)], [15, 15, 10])
_dataset = augmented(stripes, _numbers, 20, training=True)
(_first, _labels), (_second, _) = _joined(_dataset), _joined(_dataset)
draw_pictures(_first)
check.equal("in training: the labels, in their order", _labels, _numbers)
check.that("in training the values stay near the originals", _first.min() > 0.05 and _first.max() < 0.95,
           "The brightness layer takes 0 to 255 for granted: say `value_range=(0, 1)`.")
check.that("the second epoch brings other variants", np.abs(_first - _second).max() > 0.01,
           "Drawn once: look for a cache behind the changes, or for a seed that begins anew in each epoch "
           "(with a global seed tf.image.random_… draws the same in each; Keras's layers do not).")
_both = np.concatenate([_first, _second])
_mirrored, _lighter, _rest = _changes(_both, np.concatenate([stripes, stripes]))
check.that("some are mirrored, some are not", 10 < _mirrored.sum() < 70,
           "Each picture is mirrored with a chance of one half, independently of the others.")
check.that("in each batch some are mirrored, some are not", all(0 < part.sum() < 20 for part in np.split(_mirrored, 4)),
           "Each picture is mirrored or not by a draw of its own, not the whole batch.")
check.that("each picture has an amount of its own", len(np.unique(_lighter.round(4))) > 40,
           "One amount for a whole batch: each picture needs its own.")
check.that("some are darker, some lighter by more than 0.1", _lighter.min() < -0.1 and _lighter.max() > 0.1,
           "The amounts are drawn evenly between -0.2 and 0.2.")
check.that("none by more than 0.2", np.abs(_lighter).max() < 0.201, "The amounts are drawn evenly between -0.2 and 0.2.")
check.that("each is the original, mirrored or not, plus one number", _rest < 1e-3,
           "Nothing else may change: no top and bottom exchanged, no contrast.")
_alone, _ = _joined(augmented(stripes, _numbers, 1, training=True))
_mirrored, _, _ = _changes(_alone, stripes)
check.that("in batches of one some are mirrored, some are not", 5 < _mirrored.sum() < 35,
           "A draw for each picture, not half of each batch: a picture that comes alone may be mirrored, too.")
_two = augmented(stripes[:2], _numbers[:2], 2, training=True)
_counts = {int(_changes(_joined(_two)[0], stripes[:2])[0].sum()) for _ in range(30)}
check.that("of two pictures sometimes both or none are mirrored", _counts != {1},
           "Independent draws: not one half of the pictures in each epoch, but each with a chance of one half.")
### BEGIN HIDDEN TESTS
_photos = check.inputs(1550, 3, 4, 3, low=0.3, high=0.7).numpy()
_photos[:, :, 0], _photos[:, :, 3] = _photos[:, :, 0] * 0.3 + 0.2, _photos[:, :, 3] * 0.3 + 0.5
_dataset = augmented(_photos, np.arange(1550), 300, training=True)
_epochs = [_joined(_dataset) for _ in range(3)]
check.reference("random pictures: labels and dtype", [_epochs[0][1], str(_epochs[0][0].dtype)])
_draws = [_changes(_x, _photos) for _x, _ in _epochs]
check.reference("random pictures: are they explained", bool(max(_rest for _, _, _rest in _draws) < 1e-3))


def _half(marks):
    """Say whether about half of 1549 marks or more are set: five standard deviations to each side."""
    return bool(0.435 < np.mean(marks) < 0.565)


for _i, (_mirrored, _lighter, _) in enumerate(_draws):
    _name = f"epoch {_i + 1}"
    check.reference(f"{_name}: half of the pictures mirrored", _half(_mirrored))
    check.reference(f"{_name}: mirrored or not, whatever the one before", _half(_mirrored[1:] == _mirrored[:-1]))
    check.reference(f"{_name}: other pictures than in the last epoch", _half(_mirrored == _draws[_i - 1][0]))
    _distance = np.abs(np.sort(_lighter) - np.linspace(-0.2, 0.2, 1550)).max()
    check.reference(f"{_name}: half of the amounts below 0.1", _half(np.abs(_lighter) < 0.1))
    check.reference(f"{_name}: amounts evenly from -0.2 to 0.2", bool(np.abs(_lighter).max() < 0.201 and _distance < 0.028))
    _before = _draws[_i - 1][1]
    check.reference(f"{_name}: amounts of their own", bool(len(np.unique(np.abs(_lighter).round(6))) > 1300
                    and abs(np.corrcoef(_lighter[1:], _lighter[:-1])[0, 1]) < 0.15
                    and abs(np.corrcoef(_lighter, _before)[0, 1]) < 0.15
                    and abs(np.corrcoef(_lighter, _mirrored)[0, 1]) < 0.15))
check.reference("the sizes of the batches", [len(labels) for _, labels in augmented(_photos[:30], _numbers[:30], 7, True)])
check.reference("random pictures, not in training", _joined(augmented(_photos[:30], _numbers[:30], 40, False)))
_wide = np.linspace(0.0, 1.0, 6, dtype="float32")[:, np.newaxis] * np.ones((40, 2, 6, 3), "float32")
_x, _ = _joined(augmented(_wide, _numbers, 40, True))
_amounts = _x[:, 0, 2:4, 0].mean(axis=1)[:, np.newaxis, np.newaxis, np.newaxis] - 0.5
_turned = np.where(_x[:, :1, 5:, :1] > _x[:, :1, :1, :1], _wide, _wide[:, :, ::-1])
check.reference("from black to white: cut off at 0 and 1", bool(np.abs(_x - np.clip(_turned + _amounts, 0, 1)).max() < 1e-3))
### END HIDDEN TESTS

# %% [markdown]
# ## 6. Stretch: raw values in, a chance out
#
# Now a whole model for the ship's office. It is trained on the passenger list, and takes passengers as they are in it: words as words, unknown ages as `nan`.

# %%
train_frame, test_frame = datasets.load("passengers")


def raw_columns(frame):
    """Return the columns of a frame of passengers, each of shape [n, 1]."""
    return {
        "sex": tf.constant(frame[["sex"]].to_numpy(object)),
        "class": tf.constant(frame[["ticket_class"]].to_numpy("int64")),
        "age": tf.constant(frame[["age"]].to_numpy("float32")),
    }


print({name: column[0].numpy().tolist() for name, column in raw_columns(train_frame).items()})

# %% [markdown]
# - **In**: `survival_model(columns, survived)`: a dictionary like the one that `raw_columns` makes, of `"sex"`, `string[n, 1]`, `"class"`, `int64[n, 1]`, and `"age"`, `float32[n, 1]`, `nan` where it is not known (in training some are known); `survived`, `float32[n]`, 0 or 1; in training n is 100 or more.
# - **Out**: ① a trained Keras model, compiled or not. ② Called on such a dictionary for any n it returns `float32[n, 1]`, ③ the chance of survival from 0 to 1, ④ never `nan`. ⑤ Saved and loaded it gives the same.
# - ⑥ It must be right for 78 of 100 passengers it has not seen. (By sex alone 76 of 100 are right; fifteen epochs are enough.) ⑦ It learns from its arguments and from nothing else: told that the saved were lost and the lost were saved, it gives women a small chance; told that all of the first class were saved and nobody else, it gives men of the first class a large one.
# - **Example**: `model(raw_columns(test_frame))` has the shape `[180, 1]`.
#
# <details><summary>Hint 1: the idea</summary>
#
# The functional model of the chapter, with three inputs, and preprocessing inside it. What sex alone does not tell is the class, and who is a child. Crosses say it for each pair, as in the chapter.
#
# </details>
#
# <details><summary>Hint 2: the plan</summary>
#
# Inputs of shape `(1,)`, named as the columns. On inputs, use `keras.ops.where` and `keras.ops.isnan` to fill unknown ages; a Python number is a fine filler. Encode sex and class one-hot, cross them with 64 bins, put the age into buckets at 13 and cross it with sex. Concatenate, and end in `Dense(1, activation="sigmoid")`. Train on `tf.data.Dataset.from_tensor_slices((columns, survived))` in batches of 32, with `Adam(0.05)`, for 10 to 20 epochs.
#
# </details>
#
# <details><summary>Hint 3: a skeleton</summary>
#
# ```python
# inputs = {
#     "sex": keras.Input((1,), name="sex", dtype="string"),
#     "class": keras.Input((1,), name="class", dtype=____),
#     "age": keras.Input((1,), name="age"),
# }
# age = keras.ops.where(keras.ops.isnan(inputs["age"]), ____, inputs["age"])
# child = layers.Discretization([13.0])(age)
# blocks = [
#     layers.HashedCrossing(64, "one_hot")((inputs["sex"], inputs["class"])),
#     layers.____(64, "one_hot")((____, child)),
# ]
# chance = layers.Dense(1, activation=____)(layers.Concatenate()(blocks))
# model = keras.Model(inputs, chance)
# model.compile(optimizer=keras.optimizers.Adam(0.05), loss=____)
# model.fit(____, epochs=15, verbose=0, shuffle=False)
# return model
# ```
#
# </details>


# %%
# exercise: survival_model
def survival_model(columns, survived):
    """Return a trained Keras model from raw columns to the chance of survival.

    Args:
        columns: dictionary of "sex", string[n, 1]; "class", int64[n, 1]; "age", float32[n, 1] with nan.
        survived: float32 array of shape [n], 0 or 1.

    Returns:
        a Keras model that takes such a dictionary and returns float32[n, 1].
    """
    ### BEGIN SOLUTION
    kinds = {"sex": "string", "class": "int64", "age": "float32"}
    given = {name: keras.Input((1,), name=name, dtype=kind) for name, kind in kinds.items()}
    unknown = keras.ops.isnan(given["age"])
    age = layers.Discretization([13.0, 40.0, 60.0])(keras.ops.where(unknown, 25.0, given["age"]))
    blocks = [
        layers.HashedCrossing(64, output_mode="one_hot")((given["sex"], given["class"])),
        layers.HashedCrossing(64, output_mode="one_hot")((given["sex"], age)),
    ]
    model = keras.Model(given, layers.Dense(1, activation="sigmoid")(layers.Concatenate()(blocks)))
    model.compile(optimizer=keras.optimizers.Adam(0.05), loss="binary_crossentropy")
    rows = tf.data.Dataset.from_tensor_slices((columns, survived))
    model.fit(rows.shuffle(1000).batch(64), epochs=15, verbose=0, shuffle=False)
    return model
    ### END SOLUTION


# %% points=4
# check: survival_model-1
_columns = raw_columns(train_frame)
_model = survival_model(_columns, train_frame["survived"].to_numpy("float32"))
check.that("it is a Keras model", isinstance(_model, keras.Model))
_chances = _model(raw_columns(test_frame))
check.shape("the chances of 180 passengers", _chances, (180, 1))
check.that("no chance is nan", not np.isnan(_chances).any(), "Ages that are not known must be filled inside the model.")
check.that("all are from 0 to 1", np.min(_chances) >= 0 and np.max(_chances) <= 1, "End in a sigmoid.")
check.at_least("right on the test passengers", np.mean((_chances[:, 0] > 0.5) == test_frame["survived"]), 0.78,
               hint="Sex alone gives 0.76: add the class, and tell children from adults.")
check.equal("how many unknown ages the given columns hold, after training", int(np.isnan(_columns["age"]).sum()), 133,
            hint="Fill the gaps inside the model: the caller's dictionary must stay as it was.")
check.serializes("the chances, after saving and loading", _model, raw_columns(test_frame.head(5)))
check.that("they are chances, not verdicts", len(np.unique(np.round(_chances, 3))) > 2, "Do not round: return what the sigmoid gives.")
### BEGIN HIDDEN TESTS
def _passenger(sex, number, age):
    return {"sex": tf.constant([[sex]]), "class": tf.constant([[number]], tf.int64), "age": tf.constant([[age]])}


_ageless = _model(_passenger("female", 2, float("nan")))
check.reference("a single woman of unknown age", [_ageless.shape, bool(np.isnan(_ageless).any())])
_few = train_frame.head(120)
_given, _names = (raw_columns(_few), 1 - _few["survived"].to_numpy("float32")), train_frame.columns
try:
    for _frame in (train_frame, test_frame):    # nobody finds a column there while it trains
        _frame.columns = [f"no {name}" for name in _names]
    _contrary = survival_model(*_given)
finally:
    for _frame in (train_frame, test_frame):
        _frame.columns = _names
_woman, _man = _contrary(_passenger("female", 1, 30.0)), _contrary(_passenger("male", 3, 30.0))
check.reference("the saved and the lost exchanged", [bool(_woman[0, 0] > 0.5), bool(_man[0, 0] > 0.5)])
_later = _model(raw_columns(test_frame))
check.reference("the first model still answers as before", bool(np.abs(_later - _chances).max() < 1e-3))
_half = train_frame.head(360)
_rich = survival_model(raw_columns(_half), (_half["ticket_class"] == 1).to_numpy("float32"))
_four = [_rich(_passenger(sex, number, 30.0)) for sex in ("female", "male") for number in (1, 3)]
check.reference("the first class alone was saved", [bool(chance[0, 0] > 0.5) for chance in _four])
### END HIDDEN TESTS

# %% [markdown]
# # Answer bank: a tabular project
#
# Other right answers to the exercises of `20-tabular-project.py`, which must earn every point, and wrong ones that people give, each with the graded cells that must fail, the clause that it breaks, and the words that the student must see. Every cell is the content of a whole solution cell.


# %% exercise="one_rule" answer="a dictionary of shares" expect="right"
# exercise: one_rule
def one_rule(values, labels, new):
    majority = int(np.mean(labels) > 0.5)
    rule = {}
    for value in set(values):
        share = np.mean([label for other, label in zip(values, labels) if other == value])
        rule[value] = majority if share == 0.5 else int(share > 0.5)
    return [rule.get(value, majority) for value in new]


# %% exercise="one_rule" answer="counting up and down" expect="right"
# exercise: one_rule
from collections import Counter
def one_rule(values, labels, new):
    balance = Counter()
    for value, label in zip(values, labels):
        balance[value] += 2 * label - 1
    total = sum(balance.values())
    return [int((balance[value] or total) > 0) for value in new]


# %% exercise="one_rule" answer="pandas" expect="right"
# exercise: one_rule
import pandas as pd
def one_rule(values, labels, new):
    labels = pd.Series(labels)
    majority = float(labels.mean() > 0.5)
    shares = labels.groupby(list(values)).mean()
    answers = (shares > 0.5).astype(float).mask(shares == 0.5, majority)
    return pd.Series(new).map(answers).fillna(majority).astype(int).to_numpy()


# %% exercise="one_rule" answer="TensorFlow, one comparison" expect="right"
# exercise: one_rule
def one_rule(values, labels, new):
    signs = 2 * labels - 1
    same = tf.cast(tf.constant(new)[:, tf.newaxis] == values, tf.int32)
    balance, total = tf.linalg.matvec(same, signs), tf.reduce_sum(signs)
    return tf.where(tf.where(balance == 0, total, balance) > 0, 1, 0)


# %% exercise="one_rule" answer="answers for the training rows" expect="wrong" fails="one_rule-1" breaks="1"
# exercise: one_rule
def one_rule(values, labels, new):
    balance = {}
    for value, label in zip(values, labels.tolist()):
        balance[value] = balance.get(value, 0) + 2 * label - 1
    total = sum(balance.values())
    return [int((balance.get(value, 0) or total) > 0) for value in dict.fromkeys(new)]


# %% exercise="one_rule" answer="the label in which the value is most typical" expect="wrong" fails="one_rule-1" breaks="2" says="compare the counts within A"
# exercise: one_rule
def one_rule(values, labels, new):
    majority = int(np.mean(labels) > 0.5)
    answers = []
    for value in new:
        counts = [sum(v == value and label == k for v, label in zip(values, labels)) for k in (0, 1)]
        if counts[0] == counts[1]:
            answers.append(majority)
        else:
            shares = [count / max(1, np.sum(labels == k)) for k, count in enumerate(counts)]
            answers.append(int(shares[1] > shares[0]))
    return answers


# %% exercise="one_rule" answer="the majority for all" expect="wrong" fails="one_rule-1" breaks="2" says="look at each value by itself"
# exercise: one_rule
def one_rule(values, labels, new):
    return [int(np.mean(labels) > 0.5)] * len(new)


# %% exercise="one_rule" answer="the last row of the value" expect="wrong" fails="one_rule-1" breaks="2,3"
# exercise: one_rule
def one_rule(values, labels, new):
    last = dict(zip(values, labels.tolist()))
    return [last.get(value, int(np.mean(labels) > 0.5)) for value in new]


# %% exercise="one_rule" answer="a tie is 0" expect="wrong" fails="one_rule-1" breaks="3" says="L has one of each"
# exercise: one_rule
def one_rule(values, labels, new):
    majority = int(np.mean(labels) > 0.5)
    members = {value: [label for v, label in zip(values, labels) if v == value] for value in values}
    return [int(np.mean(members[value]) > 0.5) if value in members else majority for value in new]


# %% exercise="one_rule" answer="a new value is 0" expect="wrong" fails="one_rule-1" breaks="4" says="X is new"
# exercise: one_rule
def one_rule(values, labels, new):
    total = int(np.sum(2 * labels - 1))
    balance = {value: sum(2 * label - 1 for v, label in zip(values, labels.tolist()) if v == value) for value in values}
    return [int((balance[value] or total) > 0) if value in balance else 0 for value in new]


# %% exercise="one_rule" answer="a new value is not thought of" expect="error" fails="one_rule-1" breaks="4"
# exercise: one_rule
def one_rule(values, labels, new):
    total = int(np.sum(2 * labels - 1))
    balance = {value: sum(2 * label - 1 for v, label in zip(values, labels.tolist()) if v == value) for value in values}
    return [int((balance[value] or total) > 0) for value in new]


# %% exercise="one_rule" answer="half and half is 1" expect="wrong" fails="one_rule-1" breaks="5" says="the majority is 0"
# exercise: one_rule
def one_rule(values, labels, new):
    majority = int(np.mean(labels) >= 0.5)
    rule = {}
    for value in set(values):
        share = np.mean([label for other, label in zip(values, labels) if other == value])
        rule[value] = majority if share == 0.5 else int(share > 0.5)
    return [rule.get(value, majority) for value in new]


# %% exercise="one_rule" answer="an empty string is taken for new" expect="wrong" fails="one_rule-1" breaks="2" says="so it is not new"
# exercise: one_rule
def one_rule(values, labels, new):
    values = np.array(values)
    majority = 1 if 2 * labels.sum() > len(labels) else 0
    answers = []
    for value in new:
        known = labels[values == value]
        if not value or len(known) == 0 or 2 * known.sum() == len(known):
            answers.append(majority)
        else:
            answers.append(int(2 * known.sum() > len(known)))
    return answers


# %% exercise="fill_gaps" answer="gaps marked by -999" expect="wrong" fails="fill_gaps-1" breaks="1" says="only nan is a gap"
# exercise: fill_gaps
def fill_gaps(train, other):
    train, other = np.nan_to_num(train, nan=-999.0), np.nan_to_num(other, nan=-999.0)
    medians = []
    for column in train.T:
        known = column[column != -999.0]
        medians.append(np.median(known) if len(known) else 0.0)

    def filled(x):
        known = x != -999.0
        return np.concatenate([np.where(known, x, medians), known.astype("float32")], axis=1)

    return filled(train), filled(other)


# %% exercise="fair_parts" answer="one mean for all columns" expect="wrong" fails="fair_parts-2" breaks="4" says="Each column has a mean of its own"
# exercise: fair_parts
def fair_parts(x, tickets, drawn):
    parties = {tickets[row] for row in drawn}
    closed = np.array([ticket in parties for ticket in tickets])
    train, test = x[~closed], x[closed]
    mean, deviation = train.mean(), train.std(axis=0)
    return (train - mean) / deviation, (test - mean) / deviation


# %% exercise="fair_parts" answer="one mean and one deviation for all columns" expect="wrong" fails="fair_parts-2" breaks="4,5" says="a mean and a deviation of its own"
# exercise: fair_parts
def fair_parts(x, tickets, drawn):
    parties = {tickets[row] for row in drawn}
    closed = np.array([ticket in parties for ticket in tickets])
    train, test = x[~closed], x[closed]
    return (train - train.mean()) / train.std(), (test - train.mean()) / train.std()


# %% exercise="fair_parts" answer="squared before the mean is taken away" expect="wrong" fails="fair_parts-2" breaks="5" says="take the mean away before you square"
# exercise: fair_parts
def fair_parts(x, tickets, drawn):
    parties = {tickets[row] for row in drawn}
    closed = np.array([ticket in parties for ticket in tickets])
    train = x[~closed]
    mean = train.mean(axis=0)
    deviation = np.sqrt(np.maximum((train**2).mean(axis=0) - mean**2, 0)) + 1e-9
    return (train - mean) / deviation, (x[closed] - mean) / deviation


# %% exercise="group_importance" answer="shuffled in a copy of the copy" expect="wrong" fails="group_importance-1" breaks="2" says="Nothing was shuffled"
# exercise: group_importance
def group_importance(score, x, groups, orders):
    full = score(x)
    result = []
    for group in groups:
        scores = []
        for order in orders:
            changed = x.copy()
            changed[order][:, group] = x[:, group]
            scores.append(score(changed))
        result.append(full - np.mean(scores))
    return result


# %% exercise="one_rule" equal="pandas takes false and true for 0 and 1 until the last line makes numbers of them"
# - majority = float(labels.mean() > 0.5)
# + majority = labels.mean() > 0.5


# %% exercise="one_rule" equal="pandas takes false and true for 0 and 1 until the last line makes numbers of them"
# - answers = (shares > 0.5).astype(float).mask(shares == 0.5, majority)
# + answers = (shares > 0.5).mask(shares == 0.5, majority)


# %% exercise="stratified_parts" answer="class by class" expect="right"
# exercise: stratified_parts
def stratified_parts(labels, seed):
    generator = np.random.default_rng(seed)
    training, validation, test = [], [], []
    for label in np.unique(labels):
        rows = generator.permutation(np.flatnonzero(labels == label))
        fifth = len(rows) // 5
        test += list(rows[:fifth])
        validation += list(rows[fifth:2 * fifth])
        training += list(rows[2 * fifth:])
    return sorted(training), sorted(validation), sorted(test)


# %% exercise="stratified_parts" answer="the rank of a random number" expect="right"
# exercise: stratified_parts
def stratified_parts(labels, seed):
    keys = np.random.default_rng(seed).random(len(labels))
    same = labels[:, np.newaxis] == labels
    rank = np.sum(same & (keys < keys[:, np.newaxis]), axis=1)
    fifth = np.bincount(labels)[labels] // 5
    test, validation = rank < fifth, (rank >= fifth) & (rank < 2 * fifth)
    return np.where(~test & ~validation)[0], np.where(validation)[0], np.where(test)[0]


# %% exercise="stratified_parts" answer="Python's random" expect="right"
# exercise: stratified_parts
import random
def stratified_parts(labels, seed):
    dice = random.Random(seed)
    parts = ([], [], [])
    for label in sorted(set(labels.tolist())):
        rows = [row for row, own in enumerate(labels) if own == label]
        dice.shuffle(rows)
        for place, row in enumerate(rows):
            fifth = len(rows) // 5
            parts[1 if place < fifth else 2 if place < 2 * fifth else 0].append(row)
    return tuple(sorted(part) for part in parts)


# %% exercise="stratified_parts" answer="TensorFlow's stateless shuffle" expect="right"
# exercise: stratified_parts
def stratified_parts(labels, seed):
    order = np.argsort(tf.random.stateless_uniform((len(labels),), seed=(seed, 0)).numpy())
    training, validation, test = [], [], []
    for label in np.unique(labels):
        rows = order[labels[order] == label]
        fifth = len(rows) // 5
        training.append(rows[:len(rows) - 2 * fifth])
        validation.append(rows[len(rows) - 2 * fifth:len(rows) - fifth])
        test.append(rows[len(rows) - fifth:])
    return tuple(tf.sort(tf.concat(part, axis=0)) for part in (training, validation, test))


# %% exercise="stratified_parts" answer="validation and test are the same rows" expect="wrong" fails="stratified_parts-1" breaks="1" says="exactly one part"
# exercise: stratified_parts
def stratified_parts(labels, seed):
    generator = np.random.default_rng(seed)
    training, validation, test = [], [], []
    for label in np.unique(labels):
        rows = generator.permutation(np.flatnonzero(labels == label))
        fifth = len(rows) // 5
        test += list(rows[:fifth])
        validation += list(rows[:fifth])
        training += list(rows[2 * fifth:])
    return sorted(training), sorted(validation), sorted(test)


# %% exercise="stratified_parts" answer="the test part is rounded up" expect="wrong" fails="stratified_parts-1" breaks="2"
# exercise: stratified_parts
def stratified_parts(labels, seed):
    generator = np.random.default_rng(seed)
    training, validation, test = [], [], []
    for label in np.unique(labels):
        rows = generator.permutation(np.flatnonzero(labels == label))
        fifth, more = len(rows) // 5, -(-len(rows) // 5)
        test += list(rows[:more])
        validation += list(rows[more:more + fifth])
        training += list(rows[more + fifth:])
    return sorted(training), sorted(validation), sorted(test)


# %% exercise="stratified_parts" answer="a quarter of the rest for validation" expect="wrong" fails="stratified_parts-1" breaks="3"
# exercise: stratified_parts
def stratified_parts(labels, seed):
    generator = np.random.default_rng(seed)
    training, validation, test = [], [], []
    for label in np.unique(labels):
        rows = generator.permutation(np.flatnonzero(labels == label))
        fifth = len(rows) // 5
        quarter = round((len(rows) - fifth) / 4)
        test += list(rows[:fifth])
        validation += list(rows[fifth:fifth + quarter])
        training += list(rows[fifth + quarter:])
    return sorted(training), sorted(validation), sorted(test)


# %% exercise="stratified_parts" answer="all rows mixed, classes forgotten" expect="wrong" fails="stratified_parts-1" breaks="2,3"
# exercise: stratified_parts
def stratified_parts(labels, seed):
    rows = np.random.default_rng(seed).permutation(len(labels))
    fifth = len(labels) // 5
    return np.sort(rows[2 * fifth:]), np.sort(rows[fifth:2 * fifth]), np.sort(rows[:fifth])


# %% exercise="stratified_parts" answer="at least one row of each class" expect="wrong" fails="stratified_parts-1" breaks="2,3" says="of four rows, none"
# exercise: stratified_parts
def stratified_parts(labels, seed):
    generator = np.random.default_rng(seed)
    training, validation, test = [], [], []
    for label in np.unique(labels):
        rows = generator.permutation(np.flatnonzero(labels == label))
        fifth = max(1, len(rows) // 5)
        test += list(rows[:fifth])
        validation += list(rows[fifth:2 * fifth])
        training += list(rows[2 * fifth:])
    return sorted(training), sorted(validation), sorted(test)


# %% exercise="stratified_parts" answer="not sorted" expect="wrong" fails="stratified_parts-1" breaks="4" says="Sort each part"
# exercise: stratified_parts
def stratified_parts(labels, seed):
    generator = np.random.default_rng(seed)
    training, validation, test = [], [], []
    for label in np.unique(labels):
        rows = generator.permutation(np.flatnonzero(labels == label))
        fifth = len(rows) // 5
        test += list(rows[:fifth])
        validation += list(rows[fifth:2 * fifth])
        training += list(rows[2 * fifth:])
    return training, validation, test


# %% exercise="stratified_parts" answer="drawn without the seed" expect="wrong" fails="stratified_parts-1" breaks="5" says="Use the seed"
# exercise: stratified_parts
def stratified_parts(labels, seed):
    generator = np.random.default_rng()
    training, validation, test = [], [], []
    for label in np.unique(labels):
        rows = generator.permutation(np.flatnonzero(labels == label))
        fifth = len(rows) // 5
        test += list(rows[:fifth])
        validation += list(rows[fifth:2 * fifth])
        training += list(rows[2 * fifth:])
    return sorted(training), sorted(validation), sorted(test)


# %% exercise="stratified_parts" answer="the first rows of each class" expect="wrong" fails="stratified_parts-1" breaks="6,7" says="Mix the rows"
# exercise: stratified_parts
def stratified_parts(labels, seed):
    training, validation, test = [], [], []
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        fifth = len(rows) // 5
        test += list(rows[:fifth])
        validation += list(rows[fifth:2 * fifth])
        training += list(rows[2 * fifth:])
    return sorted(training), sorted(validation), sorted(test)


# %% exercise="stratified_parts" answer="one seed for all" expect="wrong" fails="stratified_parts-1" breaks="6,7" says="Mix the rows"
# exercise: stratified_parts
def stratified_parts(labels, seed):
    generator = np.random.default_rng(42)
    training, validation, test = [], [], []
    for label in np.unique(labels):
        rows = generator.permutation(np.flatnonzero(labels == label))
        fifth = len(rows) // 5
        test += list(rows[:fifth])
        validation += list(rows[fifth:2 * fifth])
        training += list(rows[2 * fifth:])
    return sorted(training), sorted(validation), sorted(test)


# %% exercise="stratified_parts" equal="a class that comes up again gives its rows the same places again"
# - for label in set(labels.tolist()):
# + for label in labels.tolist():


# %% exercise="fill_gaps" answer="a loop over columns" expect="right"
# exercise: fill_gaps
def fill_gaps(train, other):
    fillings = []
    for column in train.T:
        known = column[~np.isnan(column)]
        fillings.append(np.median(known) if len(known) else 0.0)

    def filled(x):
        gaps = np.isnan(x)
        return np.concatenate([np.where(gaps, fillings, x), ~gaps], axis=1).astype("float32")

    return filled(train), filled(other)


# %% exercise="fill_gaps" answer="pandas" expect="right"
# exercise: fill_gaps
import pandas as pd
def fill_gaps(train, other):
    medians = pd.DataFrame(train).median().fillna(0)
    frames = [pd.DataFrame(part) for part in (train, other)]
    return tuple(
        pd.concat([frame.fillna(medians), frame.notna()], axis=1).to_numpy().astype("float32") for frame in frames
    )


# %% exercise="fill_gaps" answer="tensors" expect="right"
# exercise: fill_gaps
def fill_gaps(train, other):
    middle = []
    for column in tf.unstack(tf.constant(train), axis=1):
        known = tf.sort(tf.boolean_mask(column, ~tf.math.is_nan(column)))
        n = len(known)
        middle.append((known[(n - 1) // 2] + known[n // 2]) / 2 if n else tf.constant(0.0))
    middle = tf.stack(middle)

    def filled(x):
        gaps = tf.math.is_nan(x)
        return tf.concat([tf.where(gaps, middle, x), 1 - tf.cast(gaps, tf.float32)], axis=1)

    return filled(train), filled(other)


# %% exercise="fill_gaps" answer="number by number" expect="right"
# exercise: fill_gaps
import statistics
def fill_gaps(train, other):
    width = train.shape[1]
    known = [[v for v in train[:, k].tolist() if v == v] for k in range(width)]
    filling = [statistics.median(values) if values else 0.0 for values in known]
    result = []
    for table in (train.tolist(), other.tolist()):
        rows = [[v if v == v else f for v, f in zip(row, filling)] + [float(v == v) for v in row] for row in table]
        result.append(np.array(rows, "float32"))
    return result


# %% exercise="fill_gaps" answer="zeros are taken for gaps" expect="wrong" fails="fill_gaps-1" breaks="1"
# exercise: fill_gaps
def fill_gaps(train, other):
    known = [column[~np.isnan(column)] for column in train.T]
    fillings = [np.median(c) if len(c) else 0.0 for c in known]
    parts = []
    for x in (train, other):
        numbers = np.where(np.isnan(x) | (x == 0), fillings, x)
        parts.append(np.concatenate([numbers, ~np.isnan(x)], axis=1).astype("float32"))
    return tuple(parts)


# %% exercise="fill_gaps" answer="the mean" expect="wrong" fails="fill_gaps-1" breaks="2" says="The median, not the mean"
# exercise: fill_gaps
def fill_gaps(train, other):
    known = [column[~np.isnan(column)] for column in train.T]
    fillings = [np.mean(c) if len(c) else 0.0 for c in known]
    parts = [np.concatenate([np.where(np.isnan(x), fillings, x), ~np.isnan(x)], axis=1) for x in (train, other)]
    return tuple(part.astype("float32") for part in parts)


# %% exercise="fill_gaps" answer="the median of all rows" expect="wrong" fails="fill_gaps-1" breaks="2" says="The median of the training part alone"
# exercise: fill_gaps
def fill_gaps(train, other):
    fillings = []
    for place, column in enumerate(train.T):
        known = column[~np.isnan(column)]
        every = np.concatenate([column, other[:, place]])
        fillings.append(np.median(every[~np.isnan(every)]) if len(known) else 0.0)
    parts = [np.concatenate([np.where(np.isnan(x), fillings, x), ~np.isnan(x)], axis=1) for x in (train, other)]
    return tuple(part.astype("float32") for part in parts)


# %% exercise="fill_gaps" answer="the upper of the two in the middle" expect="wrong" fails="fill_gaps-1" breaks="2" says="the mean of the two in the middle"
# exercise: fill_gaps
def fill_gaps(train, other):
    known = [np.sort(column[~np.isnan(column)]) for column in train.T]
    fillings = [c[len(c) // 2] if len(c) else 0.0 for c in known]
    parts = [np.concatenate([np.where(np.isnan(x), fillings, x), ~np.isnan(x)], axis=1) for x in (train, other)]
    return tuple(part.astype("float32") for part in parts)


# %% exercise="fill_gaps" answer="flags of the gaps" expect="wrong" fails="fill_gaps-1" breaks="3" says="The flags are 1 where a number was known"
# exercise: fill_gaps
def fill_gaps(train, other):
    known = [column[~np.isnan(column)] for column in train.T]
    fillings = [np.median(c) if len(c) else 0.0 for c in known]
    parts = [np.concatenate([np.where(np.isnan(x), fillings, x), np.isnan(x)], axis=1) for x in (train, other)]
    return tuple(part.astype("float32") for part in parts)


# %% exercise="fill_gaps" answer="other is filled by itself" expect="wrong" fails="fill_gaps-1" breaks="4" says="not by its own"
# exercise: fill_gaps
def fill_gaps(train, other):
    parts = []
    for x in (train, other):
        fillings = []
        for learned, own in zip(train.T, x.T):
            known, mine = learned[~np.isnan(learned)], own[~np.isnan(own)]
            fillings.append(0.0 if not len(known) else np.median(mine if len(mine) else known))
        parts.append(np.concatenate([np.where(np.isnan(x), fillings, x), ~np.isnan(x)], axis=1).astype("float32"))
    return tuple(parts)


# %% exercise="fill_gaps" answer="an empty column from other" expect="wrong" fails="fill_gaps-1" breaks="5" says="filled by 0"
# exercise: fill_gaps
def fill_gaps(train, other):
    fillings = []
    for column, spare in zip(train.T, other.T):
        known = column[~np.isnan(column)]
        known = known if len(known) else spare[~np.isnan(spare)]
        fillings.append(np.median(known) if len(known) else 0.0)
    parts = [np.concatenate([np.where(np.isnan(x), fillings, x), ~np.isnan(x)], axis=1) for x in (train, other)]
    return tuple(part.astype("float32") for part in parts)


# %% exercise="fill_gaps" answer="filled in place" expect="wrong" fails="fill_gaps-1" breaks="6" says="Work on copies"
# exercise: fill_gaps
def fill_gaps(train, other):
    known = [column[~np.isnan(column)] for column in train.T]
    fillings = [np.median(c) if len(c) else 0.0 for c in known]
    parts = []
    for x in (train, other):
        flags = ~np.isnan(x)
        for place, filling in enumerate(fillings):
            x[~flags[:, place], place] = filling
        parts.append(np.concatenate([x, flags], axis=1).astype("float32"))
    return tuple(parts)


# %% exercise="cheapest_threshold" answer="one threshold after the other" expect="right"
# exercise: cheapest_threshold
def cheapest_threshold(p, y, miss, alarm):
    best = None
    for threshold in sorted({0.0, *p.tolist()}):
        cost = 0.0
        for chance, label in zip(p.tolist(), y.tolist()):
            if label == 1 and chance <= threshold:
                cost += miss
            elif label == 0 and chance > threshold:
                cost += alarm
        if best is None or cost < best[1]:
            best = (threshold, cost)
    return best


# %% exercise="cheapest_threshold" answer="sorted once, and running sums" expect="right"
# exercise: cheapest_threshold
def cheapest_threshold(p, y, miss, alarm):
    order = np.argsort(p, kind="stable")
    p, y = p[order], y[order]
    costs = alarm * np.sum(y == 0) + np.append(0.0, np.cumsum(np.where(y == 1, miss, -alarm)))
    thresholds = np.append(np.float32(0), p)
    last = np.append(thresholds[1:] != thresholds[:-1], True)
    k = np.argmin(costs[last])
    return thresholds[last][k], costs[last][k]


# %% exercise="cheapest_threshold" answer="a smallest pair" expect="right"
# exercise: cheapest_threshold
def cheapest_threshold(p, y, miss, alarm):
    def cost(threshold):
        raised = p > threshold
        return miss * np.count_nonzero(y[~raised]) + alarm * np.count_nonzero(1 - y[raised])

    cost_of, threshold = min((cost(t), t) for t in [0.0, *map(float, p)])
    return threshold, cost_of


# %% exercise="cheapest_threshold" answer="tensors" expect="right"
# exercise: cheapest_threshold
def cheapest_threshold(p, y, miss, alarm):
    cuts = tf.sort(tf.concat([[0.0], p], axis=0))
    raised = tf.cast(p > cuts[:, tf.newaxis], tf.float32)
    ill = tf.cast(y, tf.float32)
    costs = tf.reduce_sum(miss * (1 - raised) * ill + alarm * raised * (1 - ill), axis=1)
    return cuts[tf.argmin(costs)], tf.reduce_min(costs)


# %% exercise="cheapest_threshold" answer="alarm where p is equal, too" expect="wrong" fails="cheapest_threshold-1" breaks="1" says="not where it is equal"
# exercise: cheapest_threshold
def cheapest_threshold(p, y, miss, alarm):
    cuts = np.unique(np.append(p, np.float32(0)))
    costs = [miss * np.sum((p < t) & (y == 1)) + alarm * np.sum((p >= t) & (y == 0)) for t in cuts]
    best = int(np.argmin(costs))
    return float(cuts[best]), float(costs[best])


# %% exercise="cheapest_threshold" answer="a miss costs 1" expect="wrong" fails="cheapest_threshold-1" breaks="2"
# exercise: cheapest_threshold
def cheapest_threshold(p, y, miss, alarm):
    cuts = np.unique(np.append(p, np.float32(0)))
    costs = [np.sum((p <= t) & (y == 1)) + alarm * np.sum((p > t) & (y == 0)) for t in cuts]
    best = int(np.argmin(costs))
    return float(cuts[best]), float(costs[best])


# %% exercise="cheapest_threshold" answer="every alarm costs" expect="wrong" fails="cheapest_threshold-1" breaks="3"
# exercise: cheapest_threshold
def cheapest_threshold(p, y, miss, alarm):
    cuts = np.unique(np.append(p, np.float32(0)))
    costs = [miss * np.sum((p <= t) & (y == 1)) + alarm * np.sum(p > t) for t in cuts]
    best = int(np.argmin(costs))
    return float(cuts[best]), float(costs[best])


# %% exercise="cheapest_threshold" answer="prices changed" expect="wrong" fails="cheapest_threshold-1" breaks="2,3" says="The prices have changed places"
# exercise: cheapest_threshold
def cheapest_threshold(p, y, miss, alarm):
    cuts = np.unique(np.append(p, np.float32(0)))
    costs = [alarm * np.sum((p <= t) & (y == 1)) + miss * np.sum((p > t) & (y == 0)) for t in cuts]
    best = int(np.argmin(costs))
    return float(cuts[best]), float(costs[best])


# %% exercise="cheapest_threshold" answer="half way to the next chance" expect="wrong" fails="cheapest_threshold-1" breaks="4" says="one of the values of p"
# exercise: cheapest_threshold
def cheapest_threshold(p, y, miss, alarm):
    cuts = np.unique(np.append(p, np.float32(0)))
    cuts = np.append((cuts[:-1] + cuts[1:]) / 2, cuts[-1])
    costs = [miss * np.sum((p <= t) & (y == 1)) + alarm * np.sum((p > t) & (y == 0)) for t in cuts]
    best = int(np.argmin(costs))
    return float(cuts[best]), float(costs[best])


# %% exercise="cheapest_threshold" answer="nobody thinks of 0" expect="wrong" fails="cheapest_threshold-1" breaks="5" says="0 is a threshold, too"
# exercise: cheapest_threshold
def cheapest_threshold(p, y, miss, alarm):
    cuts = np.unique(p)
    costs = [miss * np.sum((p <= t) & (y == 1)) + alarm * np.sum((p > t) & (y == 0)) for t in cuts]
    best = int(np.argmin(costs))
    return float(cuts[best]), float(costs[best])


# %% exercise="cheapest_threshold" answer="the reckoned threshold" expect="wrong" fails="cheapest_threshold-1" breaks="5"
# exercise: cheapest_threshold
def cheapest_threshold(p, y, miss, alarm):
    cuts = np.unique(np.append(p, np.float32(0)))
    t = cuts[cuts <= alarm / (alarm + miss)].max()
    return float(t), float(miss * np.sum((p <= t) & (y == 1)) + alarm * np.sum((p > t) & (y == 0)))


# %% exercise="cheapest_threshold" answer="equal chances are torn apart" expect="wrong" fails="cheapest_threshold-1" breaks="5" says="on the same side"
# exercise: cheapest_threshold
def cheapest_threshold(p, y, miss, alarm):
    order = np.lexsort((y, p))
    p, y = p[order], y[order]
    costs = alarm * np.sum(y == 0) + np.append(0.0, np.cumsum(np.where(y == 1, miss, -alarm)))
    k = np.argmin(costs)
    return float(np.append(np.float32(0), p)[k]), float(costs[k])


# %% exercise="cheapest_threshold" answer="the largest of the cheapest" expect="wrong" fails="cheapest_threshold-1" breaks="6" says="The smallest of them"
# exercise: cheapest_threshold
def cheapest_threshold(p, y, miss, alarm):
    cuts = np.unique(np.append(p, np.float32(0)))[::-1]
    costs = [miss * np.sum((p <= t) & (y == 1)) + alarm * np.sum((p > t) & (y == 0)) for t in cuts]
    best = int(np.argmin(costs))
    return float(cuts[best]), float(costs[best])


# %% exercise="cheapest_threshold" answer="the first in the order of the rows" expect="wrong" fails="cheapest_threshold-1" breaks="6" says="The smallest of them"
# exercise: cheapest_threshold
def cheapest_threshold(p, y, miss, alarm):
    cuts = [0.0, *p.tolist()]
    costs = [miss * np.sum((p <= t) & (y == 1)) + alarm * np.sum((p > t) & (y == 0)) for t in cuts]
    best = int(np.argmin(costs))
    return float(cuts[best]), float(costs[best])


# %% exercise="fair_parts" answer="a set of parties" expect="right"
# exercise: fair_parts
def fair_parts(x, tickets, drawn):
    parties = {tickets[row] for row in drawn}
    closed = np.array([ticket in parties for ticket in tickets])
    mean, deviation = x[~closed].mean(axis=0), x[~closed].std(axis=0)
    return tuple((x[rows] - mean) / deviation for rows in (~closed, closed))


# %% exercise="fair_parts" answer="row by row" expect="right"
# exercise: fair_parts
def fair_parts(x, tickets, drawn):
    train, test = [], []
    for row, ticket in zip(x, tickets):
        (test if any(tickets[k] == ticket for k in drawn) else train).append(row)
    train = np.array(train)
    mean = train.sum(axis=0) / len(train)
    deviation = np.sqrt(np.square(train - mean).mean(axis=0))
    return (train - mean) / deviation, (test - mean) / deviation


# %% exercise="fair_parts" answer="tensors, and moments" expect="right"
# exercise: fair_parts
def fair_parts(x, tickets, drawn):
    names = tf.constant(tickets)
    closed = tf.reduce_any(names[:, tf.newaxis] == tf.gather(names, drawn), axis=1)
    train, test = tf.boolean_mask(x, ~closed), tf.boolean_mask(x, closed)
    mean, variance = tf.nn.moments(train, axes=[0])
    return (train - mean) / tf.sqrt(variance), (test - mean) / tf.sqrt(variance)


# %% exercise="fair_parts" answer="the family is left out of the test" expect="wrong" fails="fair_parts-1" breaks="1"
# exercise: fair_parts
def fair_parts(x, tickets, drawn):
    tickets = np.array(tickets)
    family = np.isin(tickets, tickets[drawn])
    closed = np.isin(np.arange(len(x)), drawn)
    mean, deviation = x[~family].mean(axis=0), x[~family].std(axis=0)
    return (x[~family] - mean) / deviation, (x[closed] - mean) / deviation


# %% exercise="fair_parts" answer="families torn apart" expect="wrong" fails="fair_parts-1" breaks="1,2" says="as a whole"
# exercise: fair_parts
def fair_parts(x, tickets, drawn):
    closed = np.isin(np.arange(len(x)), drawn)
    mean, deviation = x[~closed].mean(axis=0), x[~closed].std(axis=0)
    return (x[~closed] - mean) / deviation, (x[closed] - mean) / deviation


# %% exercise="fair_parts" answer="the family is in both parts" expect="wrong" fails="fair_parts-1" breaks="2" says="not to training"
# exercise: fair_parts
def fair_parts(x, tickets, drawn):
    tickets = np.array(tickets)
    closed = np.isin(tickets, tickets[drawn])
    rest = ~np.isin(np.arange(len(x)), drawn)
    mean, deviation = x[rest].mean(axis=0), x[rest].std(axis=0)
    return (x[rest] - mean) / deviation, (x[closed] - mean) / deviation


# %% exercise="fair_parts" answer="party after party" expect="wrong" fails="fair_parts-1" breaks="3" says="as they stand in x"
# exercise: fair_parts
def fair_parts(x, tickets, drawn):
    tickets = np.array(tickets)
    parties = dict.fromkeys(tickets[row] for row in drawn)
    closed = np.concatenate([np.flatnonzero(tickets == party) for party in list(parties)[::-1]])
    train = np.delete(x, closed, axis=0)
    mean, deviation = train.mean(axis=0), train.std(axis=0)
    return (train - mean) / deviation, (x[closed] - mean) / deviation


# %% exercise="fair_parts" answer="the test part by its own mean" expect="wrong" fails="fair_parts-2" breaks="4"
# exercise: fair_parts
def fair_parts(x, tickets, drawn):
    tickets = np.array(tickets)
    closed = np.isin(tickets, tickets[drawn])
    train, test = x[~closed], x[closed]
    deviation = train.std(axis=0)
    return (train - train.mean(axis=0)) / deviation, (test - test.mean(axis=0)) / deviation


# %% exercise="fair_parts" answer="the mean is not subtracted" expect="wrong" fails="fair_parts-2" breaks="4" says="Subtract the mean first"
# exercise: fair_parts
def fair_parts(x, tickets, drawn):
    tickets = np.array(tickets)
    closed = np.isin(tickets, tickets[drawn])
    deviation = x[~closed].std(axis=0)
    return x[~closed] / deviation, x[closed] / deviation


# %% exercise="fair_parts" answer="n - 1" expect="wrong" fails="fair_parts-2" breaks="5" says="the root of the mean squared distance"
# exercise: fair_parts
def fair_parts(x, tickets, drawn):
    tickets = np.array(tickets)
    closed = np.isin(tickets, tickets[drawn])
    mean, deviation = x[~closed].mean(axis=0), x[~closed].std(axis=0, ddof=1)
    return (x[~closed] - mean) / deviation, (x[closed] - mean) / deviation


# %% exercise="fair_parts" answer="the deviation of all rows" expect="wrong" fails="fair_parts-2" breaks="5"
# exercise: fair_parts
def fair_parts(x, tickets, drawn):
    tickets = np.array(tickets)
    closed = np.isin(tickets, tickets[drawn])
    mean, deviation = x[~closed].mean(axis=0), x.std(axis=0)
    return (x[~closed] - mean) / deviation, (x[closed] - mean) / deviation


# %% exercise="fair_parts" answer="statistics before the split" expect="wrong" fails="fair_parts-2" breaks="4,5" says="from the training part alone"
# exercise: fair_parts
def fair_parts(x, tickets, drawn):
    tickets = np.array(tickets)
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    closed = np.isin(tickets, tickets[drawn])
    return x[~closed], x[closed]


# %% exercise="fair_parts" answer="x itself is scaled" expect="wrong" fails="fair_parts-2" breaks="6" says="Make new arrays"
# exercise: fair_parts
def fair_parts(x, tickets, drawn):
    tickets = np.array(tickets)
    closed = np.isin(tickets, tickets[drawn])
    mean, deviation = x[~closed].mean(axis=0), x[~closed].std(axis=0)
    x -= mean
    x /= deviation
    return x[~closed], x[closed]


# %% exercise="group_importance" answer="copies and blocks" expect="right"
# exercise: group_importance
def group_importance(score, x, groups, orders):
    full = score(x)
    result = []
    for group in groups:
        scores = []
        for order in orders:
            changed = x.copy()
            changed[:, group] = x[order][:, group]
            scores.append(score(changed))
        result.append(full - sum(scores) / len(scores))
    return result


# %% exercise="group_importance" answer="one copy, put back each time" expect="right"
# exercise: group_importance
def group_importance(score, x, groups, orders):
    table = np.array(x)
    full, losses = score(table), np.zeros(len(groups))
    for place, group in enumerate(groups):
        kept = table[:, group]
        for order in orders:
            table[:, group] = kept[order]
            losses[place] += (full - score(table)) / len(orders)
        table[:, group] = kept
    return losses


# %% exercise="group_importance" answer="column by column" expect="right"
# exercise: group_importance
def group_importance(score, x, groups, orders):
    def shuffled(group, order):
        columns = [x[order, k] if k in group else x[:, k] for k in range(x.shape[1])]
        return np.stack(columns, axis=1)

    full = score(x)
    return [full - np.mean([score(shuffled(group, order)) for order in orders]) for group in groups]


# %% exercise="group_importance" answer="tensors" expect="right"
# exercise: group_importance
def group_importance(score, x, groups, orders):
    values = tf.constant(x)
    full, result = score(values.numpy()), []
    for group in groups:
        mask = tf.reduce_any(tf.one_hot(group, x.shape[1], True, False, dtype=tf.bool), axis=0)
        scores = [score(tf.where(mask, tf.gather(values, order), values).numpy()) for order in orders]
        result.append(float(full - np.mean(scores)))
    return result


# %% exercise="group_importance" answer="the wrong sign" expect="wrong" fails="group_importance-1" breaks="1" says="not the reverse"
# exercise: group_importance
def group_importance(score, x, groups, orders):
    full, result = score(x.copy()), []
    for group in groups:
        scores = []
        for order in orders:
            changed = x.copy()
            changed[:, group] = x[order][:, group]
            scores.append(score(changed))
        result.append(float(np.mean(scores) - full))
    return result


# %% exercise="group_importance" answer="the sum" expect="wrong" fails="group_importance-1" breaks="1" says="not the sum"
# exercise: group_importance
def group_importance(score, x, groups, orders):
    full, result = score(x.copy()), []
    for group in groups:
        scores = []
        for order in orders:
            changed = x.copy()
            changed[:, group] = x[order][:, group]
            scores.append(score(changed))
        result.append(float(full - np.sum(scores)))
    return result


# %% exercise="group_importance" answer="the reverse order" expect="wrong" fails="group_importance-1" breaks="2" says="Row i gets what stands in row"
# exercise: group_importance
def group_importance(score, x, groups, orders):
    full, result = score(x.copy()), []
    for group in groups:
        scores = []
        for order in orders:
            changed = x.copy()
            changed[np.ix_(order, group)] = x[:, group]
            scores.append(score(changed))
        result.append(float(full - np.mean(scores)))
    return result


# %% exercise="group_importance" answer="shuffled by its own draw" expect="wrong" fails="group_importance-1" breaks="2"
# exercise: group_importance
def group_importance(score, x, groups, orders):
    full, result = score(x.copy()), []
    for group in groups:
        scores = []
        for order in orders:
            changed = x.copy()
            changed[:, group] = x[np.random.default_rng(0).permutation(len(x))][:, group]
            scores.append(score(changed))
        result.append(float(full - np.mean(scores)))
    return result


# %% exercise="group_importance" answer="each column by another order" expect="wrong" fails="group_importance-1" breaks="3" says="by the same order"
# exercise: group_importance
def group_importance(score, x, groups, orders):
    full, result = score(x.copy()), []
    for group in groups:
        scores = []
        for order in orders:
            changed = x.copy()
            for column in group:
                changed[:, column] = x[order, column]
                order = order[order]
            scores.append(score(changed))
        result.append(float(full - np.mean(scores)))
    return result


# %% exercise="group_importance" answer="groups before stay shuffled" expect="wrong" fails="group_importance-1" breaks="4"
# exercise: group_importance
def group_importance(score, x, groups, orders):
    full, result = score(x.copy()), []
    changed = x.copy()
    for group in groups:
        scores = []
        for order in orders:
            changed[:, group] = x[order][:, group]
            scores.append(score(changed))
        result.append(float(full - np.mean(scores)))
    return result


# %% exercise="group_importance" answer="whole rows" expect="wrong" fails="group_importance-1" breaks="4"
# exercise: group_importance
def group_importance(score, x, groups, orders):
    full, result = score(x.copy()), []
    for group in groups:
        scores = [score(x[order]) for order in orders]
        result.append(float(full - np.mean(scores)))
    return result


# %% exercise="group_importance" answer="x stays as the last order left it" expect="wrong" fails="group_importance-1" breaks="5" says="Work on copies"
# exercise: group_importance
def group_importance(score, x, groups, orders):
    original, full, result = x.copy(), score(x), []
    for group in groups:
        scores = []
        for order in orders:
            x[:] = original
            x[:, group] = original[order][:, group]
            scores.append(score(x))
        result.append(float(full - np.mean(scores)))
    return result


# %% exercise="group_importance" answer="x is scored for every group" expect="wrong" fails="group_importance-1" breaks="6" says="for all groups"
# exercise: group_importance
def group_importance(score, x, groups, orders):
    result = []
    for group in groups:
        scores = []
        full = score(x.copy())
        for order in orders:
            changed = x.copy()
            changed[:, group] = x[order][:, group]
            scores.append(score(changed))
        result.append(float(full - np.mean(scores)))
    return result


# %% exercise="group_importance" answer="x is scored for every order" expect="wrong" fails="group_importance-1" breaks="6" says="for all groups and orders"
# exercise: group_importance
def group_importance(score, x, groups, orders):
    result = []
    for group in groups:
        losses = []
        for order in orders:
            changed = x.copy()
            changed[:, group] = x[order][:, group]
            losses.append(score(x.copy()) - score(changed))
        result.append(float(np.mean(losses)))
    return result


# %% exercise="one_rule" answer="values without capitals and blanks" expect="wrong" fails="one_rule-1" breaks="2"
# exercise: one_rule
def one_rule(values, labels, new):
    values = [value.strip().lower() for value in values]
    majority = int(labels.mean() > 0.5)
    rule = {}
    for value in set(values):
        share = labels[[v == value for v in values]].mean()
        rule[value] = majority if share == 0.5 else int(share > 0.5)
    return [rule.get(value.strip().lower(), majority) for value in new]


# %% exercise="stratified_parts" answer="no seed for seed 0" expect="wrong" fails="stratified_parts-1"
# exercise: stratified_parts
def stratified_parts(labels, seed):
    generator = np.random.default_rng(seed) if seed else np.random.default_rng()
    training, validation, test = [], [], []
    for label in np.unique(labels):
        rows = generator.permutation(np.flatnonzero(labels == label))
        fifth = len(rows) // 5
        test += list(rows[:fifth])
        validation += list(rows[fifth:2 * fifth])
        training += list(rows[2 * fifth:])
    return sorted(training), sorted(validation), sorted(test)


# %% exercise="stratified_parts" answer="classes from 0 on without a gap" expect="wrong" fails="stratified_parts-1"
# exercise: stratified_parts
def stratified_parts(labels, seed):
    generator = np.random.default_rng(seed)
    training, validation, test = [], [], []
    for label in range(len(set(labels.tolist()))):
        rows = generator.permutation(np.flatnonzero(labels == label))
        fifth = len(rows) // 5
        test += list(rows[:fifth])
        validation += list(rows[fifth:2 * fifth])
        training += list(rows[2 * fifth:])
    return sorted(training), sorted(validation), sorted(test)


# %% exercise="fill_gaps" answer="-1 stands for a gap" expect="wrong" fails="fill_gaps-1"
# exercise: fill_gaps
def fill_gaps(train, other):
    train, other = np.nan_to_num(train, nan=-1.0), np.nan_to_num(other, nan=-1.0)
    fillings = []
    for column in train.T:
        known = column[column != -1]
        fillings.append(np.median(known) if len(known) else 0.0)

    def filled(x):
        known = x != -1
        return np.concatenate([np.where(known, x, fillings), known], axis=1).astype("float32")

    return filled(train), filled(other)


# %% exercise="cheapest_threshold" answer="nearly the same is the same" expect="wrong" fails="cheapest_threshold-1"
# exercise: cheapest_threshold
def cheapest_threshold(p, y, miss, alarm):
    candidates = np.unique(np.append(p, 0))
    costs = np.array([miss * np.sum((y == 1) & (p <= t)) + alarm * np.sum((y == 0) & (p > t)) for t in candidates])
    best = np.flatnonzero(np.isclose(costs, costs.min(), rtol=1e-3))[0]
    return candidates[best], costs[best]


# %% exercise="cheapest_threshold" answer="costs cut to whole numbers" expect="wrong" fails="cheapest_threshold-1"
# exercise: cheapest_threshold
def cheapest_threshold(p, y, miss, alarm):
    candidates = np.unique([0.0, *p])
    costs = np.zeros(len(candidates), int)
    for i, threshold in enumerate(candidates):
        raised = p > threshold
        costs[i] = miss * np.sum((y == 1) & ~raised) + alarm * np.sum((y == 0) & raised)
    return candidates[costs.argmin()], costs.min()


# %% exercise="fair_parts" answer="part of a ticket is the ticket" expect="wrong" fails="fair_parts-1,fair_parts-2"
# exercise: fair_parts
def fair_parts(x, tickets, drawn):
    closed = np.array([any(tickets[row] in ticket for row in drawn) for ticket in tickets])
    mean, deviation = x[~closed].mean(axis=0), x[~closed].std(axis=0)
    return (x[~closed] - mean) / deviation, (x[closed] - mean) / deviation


# %% exercise="fair_parts" answer="a little added to the deviation" expect="wrong" fails="fair_parts-2"
# exercise: fair_parts
def fair_parts(x, tickets, drawn):
    parties = {tickets[row] for row in drawn}
    closed = np.array([ticket in parties for ticket in tickets])
    mean, deviation = x[~closed].mean(axis=0), x[~closed].std(axis=0)
    return (x[~closed] - mean) / (deviation + 1e-6), (x[closed] - mean) / (deviation + 1e-6)


# %% exercise="group_importance" answer="x changed while score runs" expect="wrong" fails="group_importance-1"
# exercise: group_importance
def group_importance(score, x, groups, orders):
    full = score(x)
    result = []
    for group in groups:
        kept, scores = x[:, group].copy(), []
        for order in orders:
            x[:, group] = kept[order]
            scores.append(score(x))
        x[:, group] = kept
        result.append(full - np.mean(scores))
    return result


# %% exercise="group_importance" answer="score gets float64" expect="wrong" fails="group_importance-1"
# exercise: group_importance
def group_importance(score, x, groups, orders):
    x = np.array(x, dtype=float)
    full = score(x)
    result = []
    for group in groups:
        scores = []
        for order in orders:
            changed = x.copy()
            changed[:, group] = x[order][:, group]
            scores.append(score(changed))
        result.append(full - np.mean(scores))
    return result


# %% exercise="one_rule" answer="a new value takes the rule of its first letter" expect="wrong" fails="one_rule-1" breaks="4" says="GX is new"
# exercise: one_rule
def one_rule(values, labels, new):
    majority = int(np.mean(labels) > 0.5)
    rule = {}
    for value in set(values):
        own = [int(label) for v, label in zip(values, labels) if v == value]
        share = sum(own) / len(own)
        rule[value] = majority if share == 0.5 else int(share > 0.5)
    return [rule.get(value, majority) for value in [value if value in rule else value[:1] for value in new]]


# %% exercise="one_rule" answer="a tie of two rows only" expect="wrong" fails="one_rule-1" breaks="3"
# exercise: one_rule
def one_rule(values, labels, new):
    majority = int(np.mean(labels) > 0.5)
    rule = {}
    for value in set(values):
        own = [int(label) for v, label in zip(values, labels) if v == value]
        share = sum(own) / len(own)
        rule[value] = majority if share == 0.5 and len(own) == 2 else int(share > 0.5)
    return [rule.get(value, majority) for value in new]


# %% exercise="stratified_parts" answer="classes from 0 to 9" expect="wrong" fails="stratified_parts-1" breaks="1,2,3"
# exercise: stratified_parts
def stratified_parts(labels, seed):
    generator = np.random.default_rng(seed)
    training, validation, test = [], [], []
    for label in range(10):
        rows = generator.permutation(np.flatnonzero(labels == label))
        fifth = len(rows) // 5
        test += list(rows[:fifth])
        validation += list(rows[fifth : 2 * fifth])
        training += list(rows[2 * fifth :])
    return sorted(training), sorted(validation), sorted(test)


# %% exercise="fill_gaps" answer="large numbers cut" expect="wrong" fails="fill_gaps-1" breaks="1"
# exercise: fill_gaps
def fill_gaps(train, other):
    fillings = []
    for column in train.T:
        known = column[~np.isnan(column)]
        fillings.append(np.median(known) if len(known) else 0)

    def filled(x):
        gaps = np.isnan(x)
        return np.concatenate([np.clip(np.where(gaps, fillings, x), -1e3, 1e3), ~gaps], axis=1)

    return filled(train), filled(other)


# %% exercise="cheapest_threshold" answer="a chance of 0 alarmed at the threshold 0" expect="wrong" fails="cheapest_threshold-1" breaks="1" says="never alarmed"
# exercise: cheapest_threshold
def cheapest_threshold(p, y, miss, alarm):
    candidates = np.unique(np.append(p, 0))
    costs = []
    for threshold in candidates:
        raised = (p > threshold) | (threshold == 0)
        costs.append(miss * np.sum(~raised & (y == 1)) + alarm * np.sum(raised & (y == 0)))
    best = int(np.argmin(costs))
    return candidates[best], costs[best]


# %% exercise="cheapest_threshold" answer="1 is no threshold" expect="wrong" fails="cheapest_threshold-1" breaks="4"
# exercise: cheapest_threshold
def cheapest_threshold(p, y, miss, alarm):
    candidates = np.unique(np.append(p[p < 1], 0))
    costs = []
    for threshold in candidates:
        raised = p > threshold
        costs.append(miss * np.sum(~raised & (y == 1)) + alarm * np.sum(raised & (y == 0)))
    best = int(np.argmin(costs))
    return candidates[best], costs[best]


# %% exercise="cheapest_threshold" answer="a hundred thresholds at most" expect="wrong" fails="cheapest_threshold-1" breaks="4"
# exercise: cheapest_threshold
def cheapest_threshold(p, y, miss, alarm):
    candidates = np.unique(np.append(p, 0))[:100]
    costs = []
    for threshold in candidates:
        raised = p > threshold
        costs.append(miss * np.sum(~raised & (y == 1)) + alarm * np.sum(raised & (y == 0)))
    best = int(np.argmin(costs))
    return candidates[best], costs[best]


# %% exercise="fair_parts" answer="no ticket, no party" expect="wrong" fails="fair_parts-1" breaks="1"
# exercise: fair_parts
def fair_parts(x, tickets, drawn):
    parties = {tickets[row] for row in drawn}
    closed = np.array([ticket != "" and ticket in parties for ticket in tickets])
    mean, deviation = x[~closed].mean(axis=0), x[~closed].std(axis=0)
    return tuple((x[rows] - mean) / deviation for rows in (~closed, closed))


# %% exercise="one_rule" answer="the majority of the values" expect="wrong" fails="one_rule-1" breaks="4"
# exercise: one_rule
def one_rule(values, labels, new):
    majority = int(np.mean([labels[np.array(values) == value].mean() for value in set(values)]) > 0.5)
    rule = {}
    for value in set(values):
        own = [int(label) for v, label in zip(values, labels) if v == value]
        share = sum(own) / len(own)
        rule[value] = majority if share == 0.5 else int(share > 0.5)
    return [rule.get(value, majority) for value in new]


# %% exercise="one_rule" answer="an empty string has no answer" expect="wrong" fails="one_rule-1" breaks="1"
# exercise: one_rule
def one_rule(values, labels, new):
    majority = int(np.mean(labels) > 0.5)
    rule = {}
    for value in set(values):
        own = [int(label) for v, label in zip(values, labels) if v == value]
        share = sum(own) / len(own)
        rule[value] = majority if share == 0.5 else int(share > 0.5)
    return [rule.get(value, majority) for value in new if value]


# %% exercise="stratified_parts" answer="large classes are not mixed" expect="wrong" fails="stratified_parts-1" breaks="6"
# exercise: stratified_parts
def stratified_parts(labels, seed):
    generator = np.random.default_rng(seed)
    training, validation, test = [], [], []
    for label in np.unique(labels):
        rows = generator.permutation(np.flatnonzero(labels == label))
        rows = np.sort(rows) if len(rows) > 40 else rows
        fifth = len(rows) // 5
        test += list(rows[:fifth])
        validation += list(rows[fifth : 2 * fifth])
        training += list(rows[2 * fifth :])
    return sorted(training), sorted(validation), sorted(test)


# %% exercise="cheapest_threshold" answer="costs rounded before they are compared" expect="wrong" fails="cheapest_threshold-1" breaks="5"
# exercise: cheapest_threshold
def cheapest_threshold(p, y, miss, alarm):
    candidates = np.unique(np.append(p, 0))
    costs = []
    for threshold in candidates:
        raised = p > threshold
        costs.append(miss * np.sum(~raised & (y == 1)) + alarm * np.sum(raised & (y == 0)))
    best = int(np.argmin(np.round(costs, 3)))
    return candidates[best], costs[best]


# %% exercise="fair_parts" answer="tickets without capitals and blanks" expect="wrong" fails="fair_parts-1" breaks="1"
# exercise: fair_parts
def fair_parts(x, tickets, drawn):
    tickets = [ticket.strip().lower() for ticket in tickets]
    parties = {tickets[row] for row in drawn}
    closed = np.array([ticket in parties for ticket in tickets])
    mean, deviation = x[~closed].mean(axis=0), x[~closed].std(axis=0)
    return tuple((x[rows] - mean) / deviation for rows in (~closed, closed))


# %% exercise="cheapest_threshold" answer="chances rounded before they are compared" expect="wrong" fails="cheapest_threshold-1" breaks="1" says="three chances, not one"
# exercise: cheapest_threshold
def cheapest_threshold(p, y, miss, alarm):
    p = p.round(3)
    best = None
    for threshold in np.unique([0.0, *p]):
        raised = p > threshold
        cost = miss * np.sum(~raised & (y == 1)) + alarm * np.sum(raised & (y == 0))
        if best is None or cost < best[1]:
            best = (threshold, cost)
    return best


# %% exercise="one_rule" answer="sixteen letters of each value" expect="wrong" fails="one_rule-1" breaks="2"
# exercise: one_rule
def one_rule(values, labels, new):
    majority = int(labels.mean() > 0.5)
    rule, values = {}, np.array(values, "U16")
    for value in set(values):
        share = labels[values == value].mean()
        rule[value] = majority if share == 0.5 else int(share > 0.5)
    return [rule.get(value[:16], majority) for value in new]


# %% exercise="stratified_parts" answer="turned by the seed" expect="wrong" fails="stratified_parts-1" breaks="7" says="mix them"
# exercise: stratified_parts
def stratified_parts(labels, seed):
    training, validation, test = [], [], []
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        rows = np.roll(rows, -(seed % len(rows)))
        fifth = len(rows) // 5
        test += list(rows[:fifth])
        validation += list(rows[fifth : 2 * fifth])
        training += list(rows[2 * fifth :])
    return sorted(training), sorted(validation), sorted(test)


# %% exercise="stratified_parts" answer="the rows left over are not mixed" expect="wrong" fails="stratified_parts-1" breaks="6" says="before you cut"
# exercise: stratified_parts
def stratified_parts(labels, seed):
    generator = np.random.default_rng(seed)
    training, validation, test = [], [], []
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        fifth = len(rows) // 5
        blocks = generator.permutation(rows[:5 * fifth]).reshape(5, fifth)
        test += blocks[0].tolist()
        validation += blocks[1].tolist()
        training += blocks[2:].ravel().tolist() + rows[5 * fifth:].tolist()
    return sorted(training), sorted(validation), sorted(test)


# %% exercise="fill_gaps" answer="gaps marked by -9999" expect="wrong" fails="fill_gaps-1" breaks="1"
# exercise: fill_gaps
def fill_gaps(train, other):
    train, other = np.nan_to_num(train, nan=-9999.0), np.nan_to_num(other, nan=-9999.0)
    fillings = []
    for column in train.T:
        known = column[column != -9999.0]
        fillings.append(np.median(known) if len(known) else 0.0)

    def filled(x):
        gaps = x == -9999.0
        return np.concatenate([np.where(gaps, fillings, x), ~gaps], axis=1)

    return filled(train), filled(other)


# %% exercise="cheapest_threshold" answer="six places behind the point" expect="wrong" fails="cheapest_threshold-1" breaks="1"
# exercise: cheapest_threshold
def cheapest_threshold(p, y, miss, alarm):
    p = np.round(p, 6)
    candidates = np.unique(np.append(p, 0.0))
    costs = []
    for threshold in candidates:
        raised = p > threshold
        costs.append(miss * np.sum(~raised & (y == 1)) + alarm * np.sum(raised & (y == 0)))
    best = int(np.argmin(costs))
    return candidates[best], costs[best]


# %% exercise="cheapest_threshold" answer="five hundred thresholds at most" expect="wrong" fails="cheapest_threshold-1" breaks="5"
# exercise: cheapest_threshold
def cheapest_threshold(p, y, miss, alarm):
    candidates = np.unique(np.append(p, 0.0))
    candidates = candidates[:: max(1, len(candidates) // 500)]
    costs = []
    for threshold in candidates:
        raised = p > threshold
        costs.append(miss * np.sum(~raised & (y == 1)) + alarm * np.sum(raised & (y == 0)))
    best = int(np.argmin(costs))
    return candidates[best], costs[best]


# %% exercise="group_importance" answer="scores remembered" expect="wrong" fails="group_importance-1" breaks="6" says="whether it was seen before"
# exercise: group_importance
def group_importance(score, x, groups, orders):
    seen = {}

    def scored(table):
        key = table.tobytes()
        if key not in seen:
            seen[key] = float(score(table))
        return seen[key]

    full = scored(x.copy())
    lost = []
    for group in groups:
        scores = []
        for order in orders:
            changed = x.copy()
            changed[:, group] = x[order][:, group]
            scores.append(scored(changed))
        lost.append(full - np.mean(scores))
    return lost


# %% exercise="stratified_parts" equal="a rank counted from the other end: where keys are drawn, either order is as good"
# - rank = np.sum(same & (keys < keys[:, np.newaxis]), axis=1)
# + rank = np.sum(same & (keys < keys[:, np.newaxis]), axis=0)


# %% exercise="fair_parts" answer="1e-7 added to the deviation" expect="wrong" fails="fair_parts-2" breaks="5"
# exercise: fair_parts
def fair_parts(x, tickets, drawn):
    parties = {tickets[row] for row in drawn}
    closed = np.array([ticket in parties for ticket in tickets])
    train, test = x[~closed], x[closed]
    mean, deviation = train.mean(axis=0), train.std(axis=0) + 1e-7
    return (train - mean) / deviation, (test - mean) / deviation


# %% exercise="cheapest_threshold" answer="the last of those that cost the same" expect="wrong" fails="cheapest_threshold-1" breaks="6"
# exercise: cheapest_threshold
def cheapest_threshold(p, y, miss, alarm):
    best, lowest = None, float("inf")
    for threshold in [0.0, *p]:
        raised = p > threshold
        cost = miss * np.sum((y == 1) & ~raised) + alarm * np.sum((y == 0) & raised)
        if cost <= lowest:
            best, lowest = threshold, cost
    return float(best), float(lowest)


# %% exercise="cheapest_threshold" answer="the first that is nearly the cheapest" expect="wrong" fails="cheapest_threshold-1" breaks="5" says="nearly as low"
# exercise: cheapest_threshold
def cheapest_threshold(p, y, miss, alarm):
    candidates = np.unique(np.append(p, np.float32(0)))
    costs = []
    for threshold in candidates:
        raised = p > threshold
        costs.append(miss * np.sum(y[~raised] == 1) + alarm * np.sum(y[raised] == 0))
    costs = np.array(costs)
    cheapest = candidates[np.isclose(costs, costs.min())]
    return float(cheapest[0]), float(costs.min())


# %% exercise="fair_parts" answer="mean and deviation before the rest of the party leaves" expect="wrong" fails="fair_parts-2" breaks="4" says="still has a say"
# exercise: fair_parts
def fair_parts(x, tickets, drawn):
    closed = np.zeros(len(x), bool)
    closed[drawn] = True
    mean, deviation = x[~closed].mean(axis=0), x[~closed].std(axis=0)
    parties = {tickets[row] for row in drawn}
    for row, ticket in enumerate(tickets):
        if ticket in parties:
            closed[row] = True
    return (x[~closed] - mean) / deviation, (x[closed] - mean) / deviation


# %% exercise="fill_gaps" answer="a sum of 0 taken for a column of gaps" expect="wrong" fails="fill_gaps-1" breaks="2" says="known numbers all the same"
# exercise: fill_gaps
def fill_gaps(train, other):
    """Fill gaps by the medians of the training part; add flags that say what was known."""
    fillings = []
    for column in train.T:
        if np.nansum(column) == 0:          # nothing known
            fillings.append(0.0)
        else:
            fillings.append(np.nanmedian(column))

    def filled(x):
        gaps = np.isnan(x)
        return np.concatenate([np.where(gaps, fillings, x), 1.0 - gaps], axis=1)

    return filled(train), filled(other)


# %% exercise="fill_gaps" answer="the median subtracted and added" expect="wrong" fails="fill_gaps-1" breaks="1" says="there and back"
# exercise: fill_gaps
def fill_gaps(train, other):
    """Fill gaps by the medians of the training part; add flags that say what was known."""
    fillings = []
    for column in train.T:
        known = column[~np.isnan(column)]
        fillings.append(np.median(known) if len(known) else 0.0)
    fillings = np.array(fillings, "float32")

    def filled(x):
        flags = (~np.isnan(x)).astype("float32")
        centred = np.nan_to_num(x - fillings)         # a gap is in the middle, at 0
        return np.concatenate([centred + fillings, flags], axis=1)

    return filled(train), filled(other)


# %% exercise="group_importance" answer="a constant group is not scored" expect="wrong" fails="group_importance-1" breaks="6" says="Such a group, too"
# exercise: group_importance
def group_importance(score, x, groups, orders):
    """Return for each group of columns how much of the score is lost when its rows are shuffled."""
    full = score(x)
    result = []
    for group in groups:
        block = x[:, group]
        if np.all(block == block[0]):         # shuffling changes nothing, and score takes long
            result.append(0.0)
            continue
        scores = []
        for order in orders:
            changed = x.copy()
            changed[:, group] = block[order]
            scores.append(score(changed))
        result.append(full - np.mean(scores))
    return result


# %% exercise="one_rule" answer="rare values smoothed" expect="wrong" fails="one_rule-1" breaks="2" says="if only one"
# exercise: one_rule
def one_rule(values, labels, new):
    prior = float(np.mean(labels))
    counts, ones = {}, {}
    for value, label in zip(values, labels):
        counts[value] = counts.get(value, 0) + 1
        ones[value] = ones.get(value, 0) + int(label)
    # two imaginary rows with the overall share: ties and new values come out by themselves
    def share(value):
        return (ones.get(value, 0) + 2 * prior) / (counts.get(value, 0) + 2)
    return [1 if share(value) > 0.5 else 0 for value in new]


# %% exercise="one_rule" answer="a value ends at its comma" expect="wrong" fails="one_rule-1" breaks="2" says="cut nothing off"
# exercise: one_rule
from collections import Counter


def one_rule(values, labels, new):
    counts = Counter(f"{value},{int(label)}" for value, label in zip(values, labels))
    majority = int(2 * int(np.sum(labels)) > len(labels))
    balance = {}
    for key, count in counts.items():
        fields = key.split(",")
        value, label = fields[0], fields[-1]
        balance[value] = balance.get(value, 0) + (count if label == "1" else -count)
    answers = []
    for value in new:
        difference = balance.get(value, 0)
        if difference > 0:
            answers.append(1)
        elif difference < 0:
            answers.append(0)
        else:
            answers.append(majority)
    return answers


# %% exercise="one_rule" answer="blanks at the end are not seen" expect="wrong" fails="one_rule-1" breaks="4" says="cut nothing off"
# exercise: one_rule
def one_rule(values, labels, new):
    column = np.array(values)
    majority = int(labels.mean() > 0.5)
    answers = []
    for value in new:
        own = labels[np.char.equal(column, value)]
        if len(own) == 0 or own.mean() == 0.5:
            answers.append(majority)
        else:
            answers.append(int(own.mean() > 0.5))
    return answers


# %% exercise="fair_parts" answer="scaled twice" expect="wrong" fails="fair_parts-2" breaks="4" says="not in a first scaling"
# exercise: fair_parts
def fair_parts(x, tickets, drawn):
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    parties = {tickets[row] for row in drawn}
    closed = np.array([ticket in parties for ticket in tickets])
    train, test = x[~closed], x[closed]
    mean, deviation = train.mean(axis=0), train.std(axis=0)
    return (train - mean) / deviation, (test - mean) / deviation


# %% exercise="fair_parts" answer="training rows out of a set" expect="wrong" fails="fair_parts-1" breaks="3" says="has no order"
# exercise: fair_parts
def fair_parts(x, tickets, drawn):
    parties = {tickets[row] for row in drawn}
    test_rows = [row for row, ticket in enumerate(tickets) if ticket in parties]
    training_rows = list(set(range(len(x))) - set(test_rows))
    train, test = x[training_rows], x[test_rows]
    mean, deviation = train.mean(axis=0), train.std(axis=0)
    return (train - mean) / deviation, (test - mean) / deviation

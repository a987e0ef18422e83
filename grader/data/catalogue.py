"""What each data set is: contents, size, licence, source, how it was made, and where a real one comes from."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class File:
    """One file to download: an https address, the SHA-256 of its bytes, and how many there are."""

    url: str
    sha256: str
    size: int

    @property
    def name(self) -> str:
        """The file's own name, without the address."""
        return self.url.rsplit("/", 1)[1]


@dataclass(frozen=True)
class Description:
    """One data set. `print` it, or let a notebook show it as a table."""

    name: str
    what: str
    returns: str
    size: str
    licence: str
    source: str
    made: str
    parts: tuple[str, ...] = ("train", "test")
    classes: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    files: tuple[File, ...] = ()
    instead: str = ""

    @property
    def bundled(self) -> bool:
        """Whether the set comes with the course, so that loading it needs no network."""
        return not self.files

    def rows(self) -> list[tuple[str, str]]:
        """The description as (label, text), without the entries that say nothing."""
        entries = [
            ("what", self.what),
            ("load gives", self.returns),
            ("parts", ", ".join(self.parts)),
            ("classes", ", ".join(self.classes)),
            ("features", ", ".join(self.features)),
            ("size", self.size),
            ("licence", self.licence),
            ("source", self.source),
            ("how made", self.made),
            ("without a network", self.instead and f'datasets.load("{self.instead}")'),
        ]
        return [(label, text) for label, text in entries if text]

    def __repr__(self) -> str:
        """A heading and one line for each entry."""
        width = max(len(label) for label, _ in self.rows())
        lines = [f"{label:{width}}  {text}" for label, text in self.rows()]
        return "\n".join([f"{self.name} ({'bundled' if self.bundled else 'a download'})", *lines])

    def _repr_html_(self) -> str:
        """The same as a table."""
        body = "".join(
            f'<tr><th style="text-align:left;vertical-align:top">{escape(label)}</th>'
            f'<td style="text-align:left">{escape(text)}</td></tr>'
            for label, text in self.rows()
        )
        kind = "bundled" if self.bundled else "a download"
        return f"<table><caption><b>{escape(self.name)}</b> ({kind})</caption><tbody>{body}</tbody></table>"


_ARRAYS = "(x_train, y_train), (x_test, y_test)"
_UCI = "CC BY 4.0 (UCI Machine Learning Repository)"
_OURS = "CC BY 4.0, part of this course"
_SPLIT = "copied from scikit-learn; one row in five of each class, drawn once, is the test part"
_KERAS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets"
_FASHION = "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion"

_BUNDLED = (
    Description(
        "iris",
        "measurements of 150 iris flowers of three species",
        f"{_ARRAYS}: x (rows, 4) float32 in cm, y int64",
        "120 + 30 rows",
        _UCI,
        "R. A. Fisher 1936, E. Anderson 1935",
        _SPLIT,
        classes=("setosa", "versicolor", "virginica"),
        features=("sepal length", "sepal width", "petal length", "petal width"),
    ),
    Description(
        "digits",
        "handwritten digits as pictures of 8×8 pixels",
        f"{_ARRAYS}: x (pictures, 8, 8) float32 from 0 to 16, y int64",
        "1438 + 359 pictures",
        _UCI,
        "E. Alpaydin and C. Kaynak 1998, Optical Recognition of Handwritten Digits",
        _SPLIT,
        classes=tuple("0123456789"),
    ),
    Description(
        "wine",
        "chemical analyses of 178 wines from three growers",
        f"{_ARRAYS}: x (rows, 13) float32 in units of very different size, y int64",
        "142 + 36 rows",
        _UCI,
        "S. Aeberhard and M. Forina 1991",
        _SPLIT,
        classes=("grower 0", "grower 1", "grower 2"),
        features=(
            *("alcohol", "malic acid", "ash", "alcalinity of ash", "magnesium", "total phenols", "flavanoids"),
            *("nonflavanoid phenols", "proanthocyanins", "color intensity", "hue"),
            *("od280/od315 of diluted wines", "proline"),
        ),
    ),
    Description(
        "breast_cancer",
        "measurements of cell nuclei from 569 tumours, malignant or benign",
        f"{_ARRAYS}: x (rows, 30) float32 in units of very different size, y int64",
        "456 + 113 rows",
        _UCI,
        "W. H. Wolberg, W. N. Street and O. L. Mangasarian 1995, Breast Cancer Wisconsin (Diagnostic)",
        _SPLIT,
        classes=("malignant", "benign"),
        features=tuple(
            f"{statistic}{measure}{suffix}"
            for statistic, suffix in (("mean ", ""), ("", " error"), ("worst ", ""))
            for measure in (
                *("radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity"),
                *("concave points", "symmetry", "fractal dimension"),
            )
        ),
    ),
    Description(
        "diabetes",
        "ten measurements of 442 patients, and how far their diabetes had advanced a year later (regression)",
        f"{_ARRAYS}: x (rows, 10) float32, raw units; y float32 from 25 to 346",
        "354 + 88 rows",
        "BSD-3-Clause, as distributed with scikit-learn",
        "B. Efron, T. Hastie, I. Johnstone and R. Tibshirani 2004, Least Angle Regression",
        "copied from scikit-learn, unscaled; one row in five, drawn once, is the test part",
        features=("age", "sex", "bmi", "blood pressure", "tc", "ldl", "hdl", "tch", "ltg", "glucose"),
    ),
    Description(
        "passengers",
        "who was aboard the liner Calliope, which never sailed, and who was saved when she sank",
        'train, test: pandas frames; part="truth": the values before any went missing, and each chance of survival',
        "720 + 180 rows, 12 columns, 74 kB",
        _OURS,
        "simulated",
        "survival is one draw with known log-odds of class, sex, age and size of the party; age and deck are missing "
        "at random given the class, port completely at random (grader/data/simulated/passengers.py)",
        parts=("train", "test", "truth"),
        features=(
            *("passenger", "survived", "ticket_class", "name", "sex", "age", "siblings", "parents"),
            *("ticket", "fare", "port", "deck"),
        ),
    ),
    Description(
        "shapes",
        "colour pictures of 32×32 pixels, each with one angular or one round shape",
        "the path of a folder: train/ and test/ with a folder for each class; train.txt and test.txt name each file's "
        "label, classes.txt the classes",
        "1000 + 200 JPEG files, 660 kB",
        _OURS,
        "drawn by a program",
        "place, size, angle, colours, noise and stray lines are drawn alike for both classes "
        "(grader/data/simulated/shapes.py)",
        classes=("angular", "round"),
    ),
    Description(
        "reviews",
        "short reviews of films, books, cafés, hotels and gadgets by people who were pleased or not",
        "(texts_train, labels_train), (texts_test, labels_test): strings, and int64 labels",
        "4000 + 1000 texts of 5 to 55 words, 600 kB",
        _OURS,
        "written by a program from a grammar",
        "40 of 100 say plainly what they mean; in the others negation, contrast, failed hopes or irony decide, so that "
        "the same words stand in both classes; 2 of 100 labels are wrong (grader/data/simulated/reviews.py)",
        classes=("not pleased", "pleased"),
    ),
    Description(
        "epidemic",
        "daily numbers of people newly confirmed, recovered and dead in an epidemic with measures against it",
        'a pandas frame of 182 days; part="after": the 28 days that followed; part="truth": what nobody could see',
        "210 days, 14 kB",
        _OURS,
        "simulated",
        "a stochastic SIR process in two million people, a contact rate that follows the measures, delays, "
        "under-reporting and a weekday effect (grader/data/simulated/epidemic.py)",
        parts=("before", "after", "truth"),
        features=("date", "confirmed", "recovered", "dead"),
    ),
)

_DOWNLOADS = (
    Description(
        "mnist",
        "handwritten digits as pictures of 28×28 pixels",
        f"{_ARRAYS}: x (pictures, 28, 28) uint8, y uint8",
        "60000 + 10000 pictures, a download of 11 MB",
        "CC BY-SA 3.0",
        "Y. LeCun, C. Cortes and C. Burges",
        "collected from American clerks and school pupils",
        classes=tuple("0123456789"),
        files=(
            File(f"{_KERAS}/mnist.npz", "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1", 11_490_434),
        ),
        instead="digits",
    ),
    Description(
        "fashion_mnist",
        "pictures of clothes, 28×28 pixels, grey",
        f"{_ARRAYS}: x (pictures, 28, 28) uint8, y uint8",
        "60000 + 10000 pictures, a download of 31 MB",
        "MIT",
        "H. Xiao, K. Rasul and R. Vollgraf 2017",
        "photographs from a shop's catalogue",
        classes=(
            *("T-shirt/top", "trouser", "pullover", "dress", "coat"),
            *("sandal", "shirt", "sneaker", "bag", "ankle boot"),
        ),
        files=(
            File(
                f"{_FASHION}/train-images-idx3-ubyte.gz",
                "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
                26_421_880,
            ),
            File(
                f"{_FASHION}/train-labels-idx1-ubyte.gz",
                "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
                29_515,
            ),
            File(
                f"{_FASHION}/t10k-images-idx3-ubyte.gz",
                "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
                4_422_102,
            ),
            File(
                f"{_FASHION}/t10k-labels-idx1-ubyte.gz",
                "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
                5_148,
            ),
        ),
        instead="digits",
    ),
    Description(
        "cifar10",
        "colour photographs of ten kinds of thing, 32×32 pixels",
        f"{_ARRAYS}: x (pictures, 32, 32, 3) uint8, y (pictures, 1) uint8",
        "50000 + 10000 pictures, a download of 170 MB",
        "none stated; free for research",
        "A. Krizhevsky 2009, Learning Multiple Layers of Features from Tiny Images",
        "photographs from the web, labelled by students",
        classes=("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
        files=(
            File(
                "https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",
                "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
                170_498_071,
            ),
        ),
        instead="shapes",
    ),
    Description(
        "imdb",
        "film reviews by people who were pleased or not, as lists of word numbers",
        f"{_ARRAYS}: x lists of int, y int64; options num_words and maxlen as in keras.datasets.imdb",
        "25000 + 25000 texts, a download of 17 MB",
        "none stated; free for research",
        "A. Maas and others 2011, Learning Word Vectors for Sentiment Analysis",
        "words are numbered by how often they occur; 1 begins a text, 2 is a word outside num_words",
        classes=("not pleased", "pleased"),
        files=(
            File(f"{_KERAS}/imdb.npz", "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f", 17_464_789),
        ),
        instead="reviews",
    ),
    Description(
        "reuters",
        "newswires on 46 topics, as lists of word numbers",
        f"{_ARRAYS}: x lists of int, y int64; options num_words and maxlen as in keras.datasets.reuters",
        "8982 + 2246 texts, a download of 2 MB",
        "none stated; free for research",
        "Reuters 1987, prepared for Keras",
        "words are numbered by how often they occur; 1 begins a text, 2 is a word outside num_words",
        files=(
            File(
                f"{_KERAS}/reuters.npz",
                "d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916",
                2_110_848,
            ),
        ),
        instead="reviews",
    ),
    Description(
        "titanic",
        "the passengers of the Titanic, and who was saved",
        "train, test: pandas frames",
        "1047 + 262 rows, 14 columns, a download of 118 kB",
        "AFL-3.0, as distributed with MLCommons Croissant",
        "F. E. Harrell and T. Cason, Vanderbilt University",
        "from the passenger lists; one row in five, drawn once, is the test part",
        files=(
            File(
                "https://raw.githubusercontent.com/mlcommons/croissant/main/datasets/1.0/titanic/data/titanic.csv",
                "c617db2c7470716250f6f001be51304c76bcc8815527ab8bae734bdca0735737",
                117_743,
            ),
        ),
        instead="passengers",
    ),
)

CATALOGUE = {description.name: description for description in (*_BUNDLED, *_DOWNLOADS)}

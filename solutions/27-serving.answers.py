# %% [markdown]
# # Answer bank: serving
#
# Other right answers to the exercises of `27-serving.py`, which must earn every point, and wrong ones that people give, each with the graded cells that must fail and the words that the student must see. Every cell is the content of a whole solution cell.


# %% exercise="newest" answer="a comprehension and max with a default" expect="right"
# exercise: newest
def newest(answer):
    versions = answer.get("model_version_status", [])
    return max((int(each["version"]) for each in versions if each["state"] == "AVAILABLE"), default=None)


# %% exercise="newest" answer="sorted by number" expect="right"
# exercise: newest
def newest(answer):
    if "model_version_status" not in answer:
        return None
    in_order = sorted(answer["model_version_status"], key=lambda each: int(each["version"]))
    usable = [each for each in in_order if each["state"] == "AVAILABLE"]
    return int(usable[-1]["version"]) if usable else None


# %% exercise="newest" answer="try and except" expect="right"
# exercise: newest
def newest(answer):
    try:
        return max(int(v["version"]) for v in answer["model_version_status"] if v["state"] == "AVAILABLE")
    except (KeyError, ValueError):
        return None


# %% exercise="newest" answer="the state ignored" expect="wrong" fails="newest-1" breaks="3" says="look at its state"
# exercise: newest
def newest(answer):
    return max((int(each["version"]) for each in answer.get("model_version_status", [])), default=None)


# %% exercise="newest" answer="compared as strings" expect="wrong" fails="newest-1" breaks="2" says="compare numbers"
# exercise: newest
def newest(answer):
    found = [each["version"] for each in answer.get("model_version_status", []) if each["state"] == "AVAILABLE"]
    return int(max(found)) if found else None


# %% exercise="newest" answer="a string returned" expect="wrong" fails="newest-1" breaks="1" says="make a number of it"
# exercise: newest
def newest(answer):
    found = [each["version"] for each in answer.get("model_version_status", []) if each["state"] == "AVAILABLE"]
    return max(found, key=int, default=None)


# %% exercise="newest" answer="the first in the list" expect="wrong" fails="newest-1" breaks="2"
# exercise: newest
def newest(answer):
    for each in answer.get("model_version_status", []):
        if each["state"] == "AVAILABLE":
            return int(each["version"])
    return None


# %% exercise="newest" answer="anything but ended and loading counts" expect="wrong" fails="newest-1" breaks="3" says="only AVAILABLE answers"
# exercise: newest
def newest(answer):
    versions = answer.get("model_version_status", [])
    return max((int(each["version"]) for each in versions if each["state"] not in ("END", "LOADING")), default=None)


# %% exercise="newest" answer="0 when none is available" expect="wrong" fails="newest-1" breaks="4" says="the only one is loading"
# exercise: newest
def newest(answer):
    if "error" in answer:
        return None
    versions = answer["model_version_status"]
    return max((int(each["version"]) for each in versions if each["state"] == "AVAILABLE"), default=0)


# %% exercise="newest" answer="an error message is not expected" expect="error" fails="newest-1" breaks="5"
# exercise: newest
def newest(answer):
    versions = answer["model_version_status"]
    return max((int(each["version"]) for each in versions if each["state"] == "AVAILABLE"), default=None)


# %% exercise="newest" answer="max of an empty list" expect="error" fails="newest-1" breaks="4,5"
# exercise: newest
def newest(answer):
    found = [int(each["version"]) for each in answer.get("model_version_status", []) if each["state"] == "AVAILABLE"]
    return max(found)


# %% exercise="percentile" answer="math.ceil" expect="right"
# exercise: percentile
def percentile(waits, percent):
    if not waits:
        raise ValueError("there are no waits")
    return sorted(waits)[math.ceil(percent * len(waits) / 100) - 1]


# %% exercise="percentile" answer="the first wait that enough others do not exceed" expect="right"
# exercise: percentile
def percentile(waits, percent):
    if len(waits) < 1:
        raise ValueError("no waits")
    for candidate in sorted(waits):
        if 100 * sum(wait <= candidate for wait in waits) >= percent * len(waits):
            return candidate


# %% exercise="percentile" answer="a sorted array" expect="right"
# exercise: percentile
def percentile(waits, percent):
    if not waits:
        raise ValueError("nothing was measured")
    ordered = np.sort(np.array(waits))
    count = (percent * len(ordered) + 99) // 100
    return ordered[count - 1].item()


# %% exercise="percentile" answer="not sorted" expect="wrong" fails="percentile-1" breaks="1" says="put in order"
# exercise: percentile
def percentile(waits, percent):
    if not waits:
        raise ValueError("no waits")
    return waits[math.ceil(percent * len(waits) / 100) - 1]


# %% exercise="percentile" answer="one too far" expect="wrong" fails="percentile-1" breaks="1" says="One too far"
# exercise: percentile
def percentile(waits, percent):
    if not waits:
        raise ValueError("no waits")
    return sorted(waits)[min(percent * len(waits) // 100, len(waits) - 1)]


# %% exercise="percentile" answer="NumPy's percentile" expect="wrong" fails="percentile-1" breaks="1" says="between two waits"
# exercise: percentile
def percentile(waits, percent):
    if not waits:
        raise ValueError("no waits")
    return float(np.percentile(waits, percent))


# %% exercise="percentile" answer="rounded down" expect="wrong" fails="percentile-1" breaks="1" says="round the count up"
# exercise: percentile
def percentile(waits, percent):
    if not waits:
        raise ValueError("no waits")
    return sorted(waits)[max(percent * len(waits) // 100 - 1, 0)]


# %% exercise="percentile" answer="divided first" expect="wrong" fails="percentile-1" breaks="1" says="multiply first"
# exercise: percentile
def percentile(waits, percent):
    if not waits:
        raise ValueError("no waits")
    return sorted(waits)[math.ceil(percent / 100 * len(waits)) - 1]


# %% exercise="percentile" answer="None for no waits" expect="wrong" fails="percentile-1" breaks="3" says="no waits at all"
# exercise: percentile
def percentile(waits, percent):
    if not waits:
        return None
    return sorted(waits)[math.ceil(percent * len(waits) / 100) - 1]


# %% exercise="percentile" answer="the list sorted in place" expect="wrong" fails="percentile-1" breaks="2" says="sort a copy"
# exercise: percentile
def percentile(waits, percent):
    if not waits:
        raise ValueError("no waits")
    waits.sort()
    return waits[math.ceil(percent * len(waits) / 100) - 1]


# %% exercise="publish_scans" answer="a method of a new module" expect="right"
# exercise: publish_scans
def publish_scans(scorer, folder, version):
    def ink(file):
        return 1 - tf.cast(tf.io.decode_png(file, channels=1)[:, :, 0], tf.float32) / 255

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="image")])
    def read(image):
        pictures = tf.map_fn(ink, image, fn_output_signature=tf.TensorSpec([8, 8]))
        probabilities = tf.nn.softmax(scorer(pictures))
        return {"digit": tf.argmax(probabilities, axis=-1), "probability": tf.reduce_max(probabilities, axis=-1)}

    tf.saved_model.save(scorer, f"{folder}/{version}", signatures=read)


# %% exercise="publish_scans" answer="convert_image_dtype and decode_image" expect="right"
# exercise: publish_scans
def publish_scans(scorer, folder, version):
    holder = tf.Module()
    holder.scorer = scorer

    def serve(image):
        def one(file):
            grey = tf.io.decode_image(file, channels=1, expand_animations=False)
            grey = tf.ensure_shape(tf.image.convert_image_dtype(grey, tf.float32), [8, 8, 1])
            return tf.squeeze(1.0 - grey, axis=2)

        scores = holder.scorer(tf.map_fn(one, image, fn_output_signature=tf.float32))
        probabilities = tf.exp(scores - tf.reduce_logsumexp(scores, axis=1, keepdims=True))
        digit = tf.argmax(scores, axis=1)
        return {"digit": digit, "probability": tf.gather(probabilities, digit, axis=1, batch_dims=1)}

    holder.serve = tf.function(serve, input_signature=[tf.TensorSpec((None,), tf.string, "image")])
    tf.saved_model.save(holder, str(Path(folder, str(version))), signatures={"serving_default": holder.serve})


# %% exercise="publish_scans" answer="a TensorArray and a loop" expect="right"
# exercise: publish_scans
def publish_scans(scorer, folder, version):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="image")])
    def read(image):
        count = tf.shape(image)[0]
        pictures = tf.TensorArray(tf.float32, size=count, element_shape=[8, 8])
        for i in tf.range(count):
            grey = tf.squeeze(tf.ensure_shape(tf.io.decode_png(image[i], channels=1), [8, 8, 1]), -1)
            pictures = pictures.write(i, (255.0 - tf.cast(grey, tf.float32)) / 255.0)
        best = tf.math.top_k(tf.nn.softmax(scorer(pictures.stack()), axis=-1), 1)
        digit = tf.cast(tf.squeeze(best.indices, -1), tf.int64)
        return {"digit": digit, "probability": tf.squeeze(best.values, -1)}

    tf.saved_model.save(scorer, folder + "/" + str(version), signatures={"serving_default": read})


# %% exercise="publish_scans" answer="black taken for ink 0" expect="wrong" fails="publish_scans-1" breaks="5" says="turn it round"
# exercise: publish_scans
def publish_scans(scorer, folder, version):
    def decode(file):
        return tf.cast(tf.io.decode_png(file, channels=1)[:, :, 0], tf.float32) / 255

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="image")])
    def read(image):
        probabilities = tf.nn.softmax(scorer(tf.map_fn(decode, image, fn_output_signature=tf.TensorSpec([8, 8]))))
        return {"digit": tf.argmax(probabilities, axis=1), "probability": tf.reduce_max(probabilities, axis=1)}

    tf.saved_model.save(scorer, f"{folder}/{version}", signatures={"serving_default": read})


# %% exercise="publish_scans" answer="not divided by 255" expect="wrong" fails="publish_scans-1" breaks="5" says="divide by 255"
# exercise: publish_scans
def publish_scans(scorer, folder, version):
    def ink(file):
        return 255 - tf.cast(tf.io.decode_png(file, channels=1)[:, :, 0], tf.float32)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="image")])
    def read(image):
        probabilities = tf.nn.softmax(scorer(tf.map_fn(ink, image, fn_output_signature=tf.TensorSpec([8, 8]))))
        return {"digit": tf.argmax(probabilities, axis=1), "probability": tf.reduce_max(probabilities, axis=1)}

    tf.saved_model.save(scorer, f"{folder}/{version}", signatures={"serving_default": read})


# %% exercise="publish_scans" answer="the score in place of the probability" expect="wrong" fails="publish_scans-1" breaks="8" says="apply softmax"
# exercise: publish_scans
def publish_scans(scorer, folder, version):
    def ink(file):
        return 1 - tf.cast(tf.io.decode_png(file, channels=1)[:, :, 0], tf.float32) / 255

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="image")])
    def read(image):
        scores = scorer(tf.map_fn(ink, image, fn_output_signature=tf.TensorSpec([8, 8])))
        return {"digit": tf.argmax(scores, axis=1), "probability": tf.reduce_max(scores, axis=1)}

    tf.saved_model.save(scorer, f"{folder}/{version}", signatures={"serving_default": read})


# %% exercise="publish_scans" answer="saved into the folder itself" expect="wrong" fails="publish_scans-1" breaks="1" says="what the folder holds"
# exercise: publish_scans
def publish_scans(scorer, folder, version):
    def ink(file):
        return 1 - tf.cast(tf.io.decode_png(file, channels=1)[:, :, 0], tf.float32) / 255

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="image")])
    def read(image):
        probabilities = tf.nn.softmax(scorer(tf.map_fn(ink, image, fn_output_signature=tf.TensorSpec([8, 8]))))
        return {"digit": tf.argmax(probabilities, axis=1), "probability": tf.reduce_max(probabilities, axis=1)}

    tf.saved_model.save(scorer, folder, signatures={"serving_default": read})


# %% exercise="publish_scans" answer="one file at a time" expect="wrong" fails="publish_scans-1" breaks="4" says="three files: the status"
# exercise: publish_scans
def publish_scans(scorer, folder, version):
    @tf.function(input_signature=[tf.TensorSpec([], tf.string, name="image")])
    def read(image):
        ink = 1 - tf.cast(tf.io.decode_png(image, channels=1)[:, :, 0], tf.float32) / 255
        probabilities = tf.nn.softmax(scorer(ink[tf.newaxis]))
        return {"digit": tf.argmax(probabilities, axis=1), "probability": tf.reduce_max(probabilities, axis=1)}

    tf.saved_model.save(scorer, f"{folder}/{version}", signatures={"serving_default": read})


# %% exercise="publish_scans" answer="the digit is int32" expect="wrong" fails="publish_scans-1" breaks="6" says="the outputs, and their dtypes"
# exercise: publish_scans
def publish_scans(scorer, folder, version):
    def ink(file):
        return 1 - tf.cast(tf.io.decode_png(file, channels=1)[:, :, 0], tf.float32) / 255

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="image")])
    def read(image):
        best = tf.math.top_k(tf.nn.softmax(scorer(tf.map_fn(ink, image, fn_output_signature=tf.TensorSpec([8, 8])))))
        return {"digit": best.indices[:, 0], "probability": best.values[:, 0]}

    tf.saved_model.save(scorer, f"{folder}/{version}", signatures={"serving_default": read})


# %% exercise="publish_scans" answer="pixels expected, not files" expect="wrong" fails="publish_scans-1" breaks="3,4" says="the inputs, and their dtypes"
# exercise: publish_scans
def publish_scans(scorer, folder, version):
    @tf.function(input_signature=[tf.TensorSpec([None, 8, 8], tf.float32, name="image")])
    def read(image):
        probabilities = tf.nn.softmax(scorer(1 - image / 255))
        return {"digit": tf.argmax(probabilities, axis=1), "probability": tf.reduce_max(probabilities, axis=1)}

    tf.saved_model.save(scorer, f"{folder}/{version}", signatures={"serving_default": read})


# %% exercise="publish_scans" answer="the input has no name of its own" expect="wrong" fails="publish_scans-1" breaks="3" says="the inputs, and their dtypes"
# exercise: publish_scans
def publish_scans(scorer, folder, version):
    def ink(file):
        return 1 - tf.cast(tf.io.decode_png(file, channels=1)[:, :, 0], tf.float32) / 255

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def read(files):
        probabilities = tf.nn.softmax(scorer(tf.map_fn(ink, files, fn_output_signature=tf.TensorSpec([8, 8]))))
        return {"digit": tf.argmax(probabilities, axis=1), "probability": tf.reduce_max(probabilities, axis=1)}

    tf.saved_model.save(scorer, f"{folder}/{version}", signatures={"serving_default": read})


# %% exercise="publish_scans" answer="three files and no more" expect="wrong" fails="publish_scans-1" breaks="4" says="one file alone: the status"
# exercise: publish_scans
def publish_scans(scorer, folder, version):
    def ink(file):
        return 1 - tf.cast(tf.reshape(tf.io.decode_png(file, channels=1), [8, 8]), tf.float32) / 255

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="image")])
    def read(image):
        probabilities = tf.nn.softmax(scorer(tf.stack([ink(image[0]), ink(image[1]), ink(image[2])])))
        return {"digit": tf.argmax(probabilities, axis=1), "probability": tf.reduce_max(probabilities, axis=1)}

    tf.saved_model.save(scorer, f"{folder}/{version}", signatures={"serving_default": read})


# %% exercise="publish_scans" answer="a signature of another name" expect="wrong" fails="publish_scans-1" breaks="2" says="there is a signature with the name serving_default"
# exercise: publish_scans
def publish_scans(scorer, folder, version):
    def ink(file):
        return 1 - tf.cast(tf.io.decode_png(file, channels=1)[:, :, 0], tf.float32) / 255

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="image")])
    def read(image):
        probabilities = tf.nn.softmax(scorer(tf.map_fn(ink, image, fn_output_signature=tf.TensorSpec([8, 8]))))
        return {"digit": tf.argmax(probabilities, axis=1), "probability": tf.reduce_max(probabilities, axis=1)}

    tf.saved_model.save(scorer, f"{folder}/{version}", signatures={"read": read})


# %% exercise="publish_scans" answer="digits counted from one" expect="wrong" fails="publish_scans-1" breaks="7" says="lines in rows 3, 7 and 5: the digits"
# exercise: publish_scans
def publish_scans(scorer, folder, version):
    def ink(file):
        return 1 - tf.cast(tf.io.decode_png(file, channels=1)[:, :, 0], tf.float32) / 255

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="image")])
    def read(image):
        probabilities = tf.nn.softmax(scorer(tf.map_fn(ink, image, fn_output_signature=tf.TensorSpec([8, 8]))))
        return {"digit": tf.argmax(probabilities, axis=1) + 1, "probability": tf.reduce_max(probabilities, axis=1)}

    tf.saved_model.save(scorer, f"{folder}/{version}", signatures={"serving_default": read})


# %% exercise="ask_patiently" answer="wait before each try but the first" expect="right"
# exercise: ask_patiently
def ask_patiently(send, tries, pause, sleep):
    for i in range(tries):
        if i > 0:
            sleep(pause * 2 ** (i - 1))
        try:
            status, answer = send()
        except ConnectionError:
            continue
        if status == 200:
            return answer
        if status not in (429, 503):
            raise ValueError(answer["error"])
    raise TimeoutError("the server did not answer")


# %% exercise="ask_patiently" answer="it calls itself" expect="right"
# exercise: ask_patiently
def ask_patiently(send, tries, pause, sleep):
    try:
        status, answer = send()
    except ConnectionError as error:
        status, answer = 503, {"error": str(error)}
    if status == 200:
        return answer
    if status not in {429, 503}:
        raise ValueError(answer["error"])
    if tries == 1:
        raise TimeoutError(answer["error"])
    sleep(pause)
    return ask_patiently(send, tries - 1, 2 * pause, sleep)


# %% exercise="ask_patiently" answer="while, with a small function inside" expect="right"
# exercise: ask_patiently
def ask_patiently(send, tries, pause, sleep):
    def attempt():
        try:
            return send()
        except ConnectionError:
            return None, None

    done = 0
    while True:
        status, answer = attempt()
        done += 1
        if status == 200:
            return answer
        if status is not None and status not in (429, 503):
            raise ValueError(answer["error"])
        if done == tries:
            raise TimeoutError
        sleep(pause)
        pause *= 2


# %% exercise="ask_patiently" answer="always the same pause" expect="wrong" fails="ask_patiently-1,ask_patiently-2" breaks="5" says="twice as long each time"
# exercise: ask_patiently
def ask_patiently(send, tries, pause, sleep):
    for i in range(tries):
        if i:
            sleep(pause)
        try:
            status, answer = send()
        except ConnectionError:
            continue
        if status == 200:
            return answer
        if status not in (429, 503):
            raise ValueError(answer["error"])
    raise TimeoutError


# %% exercise="ask_patiently" answer="no pause at all" expect="wrong" fails="ask_patiently-1,ask_patiently-2" breaks="5" says="comes back at once"
# exercise: ask_patiently
def ask_patiently(send, tries, pause, sleep):
    for _ in range(tries):
        try:
            status, answer = send()
        except ConnectionError:
            continue
        if status == 200:
            return answer
        if status not in (429, 503):
            raise ValueError(answer["error"])
    raise TimeoutError


# %% exercise="ask_patiently" answer="every status is tried again" expect="wrong" fails="ask_patiently-1" breaks="8" says="a status of 400"
# exercise: ask_patiently
def ask_patiently(send, tries, pause, sleep):
    for i in range(tries):
        if i:
            sleep(pause * 2 ** (i - 1))
        try:
            status, answer = send()
        except ConnectionError:
            continue
        if status == 200:
            return answer
    raise TimeoutError


# %% exercise="ask_patiently" answer="ConnectionError goes through" expect="error" fails="ask_patiently-1,ask_patiently-2" breaks="4"
# exercise: ask_patiently
def ask_patiently(send, tries, pause, sleep):
    for i in range(tries):
        if i:
            sleep(pause * 2 ** (i - 1))
        status, answer = send()
        if status == 200:
            return answer
        if status not in (429, 503):
            raise ValueError(answer["error"])
    raise TimeoutError


# %% exercise="ask_patiently" answer="429 is not tried again" expect="error" fails="ask_patiently-1,ask_patiently-2" breaks="3"
# exercise: ask_patiently
def ask_patiently(send, tries, pause, sleep):
    for i in range(tries):
        if i:
            sleep(pause * 2 ** (i - 1))
        try:
            status, answer = send()
        except ConnectionError:
            continue
        if status == 200:
            return answer
        if status != 503:
            raise ValueError(answer["error"])
    raise TimeoutError


# %% exercise="ask_patiently" answer="a wait after the last try" expect="wrong" fails="ask_patiently-2" breaks="7" says="nothing to wait for"
# exercise: ask_patiently
def ask_patiently(send, tries, pause, sleep):
    for i in range(tries):
        try:
            status, answer = send()
        except ConnectionError:
            status = 503
        if status == 200:
            return answer
        if status not in (429, 503):
            raise ValueError(answer["error"])
        sleep(pause * 2**i)
    raise TimeoutError


# %% exercise="ask_patiently" answer="one try too many" expect="wrong" fails="ask_patiently-2" breaks="2"
# exercise: ask_patiently
def ask_patiently(send, tries, pause, sleep):
    for i in range(tries + 1):
        if i:
            sleep(pause * 2 ** (i - 1))
        try:
            status, answer = send()
        except ConnectionError:
            continue
        if status == 200:
            return answer
        if status not in (429, 503):
            raise ValueError(answer["error"])
    raise TimeoutError


# %% exercise="ask_patiently" answer="None when nobody answers" expect="wrong" fails="ask_patiently-2" breaks="6" says="three tries, none answered"
# exercise: ask_patiently
def ask_patiently(send, tries, pause, sleep):
    for i in range(tries):
        if i:
            sleep(pause * 2 ** (i - 1))
        try:
            status, answer = send()
        except ConnectionError:
            continue
        if status == 200:
            return answer
        if status not in (429, 503):
            raise ValueError(answer["error"])


# %% exercise="ask_patiently" answer="every status in the five hundreds is tried again" expect="wrong" fails="ask_patiently-1" breaks="8" says="a status of 500"
# exercise: ask_patiently
def ask_patiently(send, tries, pause, sleep):
    for i in range(tries):
        if i:
            sleep(pause * 2 ** (i - 1))
        try:
            status, answer = send()
        except ConnectionError:
            continue
        if status == 200:
            return answer
        if status < 500 and status != 429:
            raise ValueError(answer["error"])
    raise TimeoutError


# %% exercise="ask_patiently" answer="a wait before the first try" expect="wrong" fails="ask_patiently-1,ask_patiently-2" breaks="5,7" says="not before the first one"
# exercise: ask_patiently
def ask_patiently(send, tries, pause, sleep):
    for i in range(tries):
        sleep(pause * 2**i)
        try:
            status, answer = send()
        except ConnectionError:
            continue
        if status == 200:
            return answer
        if status not in (429, 503):
            raise ValueError(answer["error"])
    raise TimeoutError


# %% exercise="ask_patiently" answer="the status is the message" expect="wrong" fails="ask_patiently-1" breaks="9" says="a status of 400"
# exercise: ask_patiently
def ask_patiently(send, tries, pause, sleep):
    for i in range(tries):
        if i:
            sleep(pause * 2 ** (i - 1))
        try:
            status, answer = send()
        except ConnectionError:
            continue
        if status == 200:
            return answer
        if status not in (429, 503):
            raise ValueError(f"status {status}")
    raise TimeoutError


# %% exercise="ask_patiently" answer="the status comes with the answer" expect="wrong" fails="ask_patiently-1" breaks="1" says="503, 503, 200: the answer"
# exercise: ask_patiently
def ask_patiently(send, tries, pause, sleep):
    for i in range(tries):
        if i:
            sleep(pause * 2 ** (i - 1))
        try:
            status, answer = send()
        except ConnectionError:
            continue
        if status == 200:
            return status, answer
        if status not in (429, 503):
            raise ValueError(answer["error"])
    raise TimeoutError


# %% exercise="ask_patiently" answer="the whole answer is the message" expect="wrong" fails="ask_patiently-1" breaks="9" says="take what stands under"
# exercise: ask_patiently
def ask_patiently(send, tries, pause, sleep):
    for i in range(tries):
        if i:
            sleep(pause * 2 ** (i - 1))
        try:
            status, answer = send()
        except ConnectionError:
            continue
        if status == 200:
            return answer
        if status not in (429, 503):
            raise ValueError(answer)
    raise TimeoutError


# %% exercise="ask_patiently" answer="any error of the system is tried again" expect="wrong" fails="ask_patiently-1" breaks="10" says="another error"
# exercise: ask_patiently
def ask_patiently(send, tries, pause, sleep):
    for i in range(tries):
        if i:
            sleep(pause * 2 ** (i - 1))
        try:
            status, answer = send()
        except OSError:
            continue
        if status == 200:
            return answer
        if status not in (429, 503):
            raise ValueError(answer["error"])
    raise TimeoutError


# %% exercise="ask_user" answer="if within if" expect="right"
# exercise: ask_user
def ask_user(ask, user, percent, document):
    if zlib.crc32(user.encode()) % 100 < percent:
        status, answer = ask("/labels/canary:predict", document)
        if status == 200:
            return status, answer
    return ask("/labels/stable:predict", document)


# %% exercise="ask_user" answer="two small functions" expect="right"
# exercise: ask_user
def ask_user(ask, user, percent, document):
    def by(label):
        return ask(f"/labels/{label}:predict", document)

    chosen = zlib.crc32(bytes(user, "utf-8")) % 100 in range(percent)
    result = by("canary") if chosen else (None, None)
    return result if result[0] == 200 else by("stable")


# %% exercise="ask_user" answer="early return for stable users" expect="right"
# exercise: ask_user
def ask_user(ask, user, percent, document):
    stable = "/labels/stable:predict"
    if not zlib.crc32(user.encode()) % 100 < percent:
        return ask(stable, document)
    result = ask("/labels/canary:predict", document)
    if result[0] != 200:
        result = ask(stable, document)
    return result


# %% exercise="ask_user" answer="still hash" expect="wrong" fails="ask_user-1,ask_user-2" breaks="2,3"
# exercise: ask_user
def ask_user(ask, user, percent, document):
    if hash(user) % 100 <= percent:
        return ask("/labels/canary:predict", document)
    return ask("/labels/stable:predict", document)


# %% exercise="ask_user" answer="a seeded random number" expect="wrong" fails="ask_user-1,ask_user-2" breaks="2"
# exercise: ask_user
def ask_user(ask, user, percent, document):
    if np.random.default_rng(len(user)).integers(100) < percent:
        status, answer = ask("/labels/canary:predict", document)
        if status == 200:
            return status, answer
    return ask("/labels/stable:predict", document)


# %% exercise="ask_user" answer="one remainder too many" expect="wrong" fails="ask_user-1,ask_user-2" breaks="2" says="one of the hundred remainders is too many"
# exercise: ask_user
def ask_user(ask, user, percent, document):
    if zlib.crc32(user.encode()) % 100 <= percent:
        status, answer = ask("/labels/canary:predict", document)
        if status == 200:
            return status, answer
    return ask("/labels/stable:predict", document)


# %% exercise="ask_user" answer="the canary's error passed on" expect="wrong" fails="ask_user-1,ask_user-2" breaks="3" says="an error of the canary is no answer"
# exercise: ask_user
def ask_user(ask, user, percent, document):
    label = "canary" if zlib.crc32(user.encode()) % 100 < percent else "stable"
    return ask(f"/labels/{label}:predict", document)


# %% exercise="ask_user" answer="stable is asked by everybody" expect="wrong" fails="ask_user-1" breaks="5" says="how often the server was asked"
# exercise: ask_user
def ask_user(ask, user, percent, document):
    stable = ask("/labels/stable:predict", document)
    if zlib.crc32(user.encode()) % 100 < percent:
        status, answer = ask("/labels/canary:predict", document)
        if status == 200:
            return status, answer
    return stable


# %% exercise="ask_user" answer="only 400 counts as failing" expect="wrong" fails="ask_user-1" breaks="3" says="an error of the canary is no answer"
# exercise: ask_user
def ask_user(ask, user, percent, document):
    if zlib.crc32(user.encode()) % 100 < percent:
        status, answer = ask("/labels/canary:predict", document)
        if status != 400:
            return status, answer
    return ask("/labels/stable:predict", document)


# %% exercise="ask_user" answer="version numbers in place of labels" expect="wrong" fails="ask_user-1,ask_user-2" breaks="4"
# exercise: ask_user
def ask_user(ask, user, percent, document):
    if zlib.crc32(user.encode()) % 100 < percent:
        status, answer = ask("/versions/2:predict", document)
        if status == 200:
            return status, answer
    return ask("/versions/1:predict", document)


# %% exercise="ask_user" answer="the answer without the status" expect="wrong" fails="ask_user-1, ask_user-2" breaks="1"
# exercise: ask_user
def ask_user(ask, user, percent, document):
    if zlib.crc32(user.encode()) % 100 < percent:
        status, answer = ask("/labels/canary:predict", document)
        if status == 200:
            return [answer, answer]
    return ask("/labels/stable:predict", document)


# %% exercise="batch_waits" answer="an index that goes forward" expect="right"
# exercise: batch_waits
def batch_waits(arrivals, rows, patience, cost):
    waits, free, i = [], 0.0, 0
    while i < len(arrivals):
        last = i + rows - 1
        full = arrivals[last] if last < len(arrivals) else math.inf
        start = max(free, min(full, arrivals[i] + patience))
        batch = [moment for moment in arrivals[i : i + rows] if moment <= start]
        free = start + cost(len(batch))
        waits += [free - moment for moment in batch]
        i += len(batch)
    return waits


# %% exercise="batch_waits" answer="it calls itself for the rest, in a loop of batches" expect="right"
# exercise: batch_waits
def batch_waits(arrivals, rows, patience, cost):
    def batches():
        free, rest = float("-inf"), list(arrivals)
        while rest:
            moment_full = rest[rows - 1] if len(rest) >= rows else float("inf")
            start = max(free, min(moment_full, rest[0] + patience))
            size = 1
            while size < min(rows, len(rest)) and rest[size] <= start:
                size += 1
            free = start + cost(size)
            yield rest[:size], free
            rest = rest[size:]

    return [float(end - moment) for batch, end in batches() for moment in batch]


# %% exercise="batch_waits" answer="request by request" expect="right"
# exercise: batch_waits
def batch_waits(arrivals, rows, patience, cost):
    ends, batch, free = [], [], 0.0

    def run(start):
        end = start + cost(len(batch))
        ends.extend([end] * len(batch))
        batch.clear()
        return end

    for moment in arrivals:
        while batch and moment > max(free, batch[0] + patience):
            free = run(max(free, batch[0] + patience))
        batch.append(moment)
        if len(batch) == rows:
            free = run(max(free, moment))
    if batch:
        run(max(free, batch[0] + patience))
    return [float(end - moment) for end, moment in zip(ends, arrivals)]


# %% exercise="batch_waits" answer="full batches wait as well" expect="wrong" fails="batch_waits-1" breaks="3" says="A full batch starts at once"
# exercise: batch_waits
def batch_waits(arrivals, rows, patience, cost):
    waits, free, i = [], 0.0, 0
    while i < len(arrivals):
        start = max(free, arrivals[i] + patience)
        batch = [moment for moment in arrivals[i : i + rows] if moment <= start]
        free = start + cost(len(batch))
        waits += [float(free - moment) for moment in batch]
        i += len(batch)
    return waits


# %% exercise="batch_waits" answer="no patience" expect="wrong" fails="batch_waits-1" breaks="4"
# exercise: batch_waits
def batch_waits(arrivals, rows, patience, cost):
    waits, free, i = [], 0.0, 0
    while i < len(arrivals):
        start = max(free, arrivals[i])
        batch = [moment for moment in arrivals[i : i + rows] if moment <= start]
        free = start + cost(len(batch))
        waits += [float(free - moment) for moment in batch]
        i += len(batch)
    return waits


# %% exercise="batch_waits" answer="the last one is not made to wait" expect="wrong" fails="batch_waits-1" breaks="4" says="waits for company"
# exercise: batch_waits
def batch_waits(arrivals, rows, patience, cost):
    waits, free, i = [], 0.0, 0
    while i < len(arrivals):
        last = min(i + rows, len(arrivals)) - 1
        start = max(free, min(arrivals[last], arrivals[i] + patience))
        batch = [moment for moment in arrivals[i : i + rows] if moment <= start]
        free = start + cost(len(batch))
        waits += [float(free - moment) for moment in batch]
        i += len(batch)
    return waits


# %% exercise="batch_waits" answer="the processor is never busy" expect="wrong" fails="batch_waits-1" breaks="2" says="busy until the first batch ends"
# exercise: batch_waits
def batch_waits(arrivals, rows, patience, cost):
    waits, i = [], 0
    while i < len(arrivals):
        last = i + rows - 1
        full = arrivals[last] if last < len(arrivals) else math.inf
        start = min(full, arrivals[i] + patience)
        batch = [moment for moment in arrivals[i : i + rows] if moment <= start]
        waits += [float(start + cost(len(batch)) - moment) for moment in batch]
        i += len(batch)
    return waits


# %% exercise="batch_waits" answer="the cost of a full batch always" expect="wrong" fails="batch_waits-1" breaks="6"
# exercise: batch_waits
def batch_waits(arrivals, rows, patience, cost):
    waits, free, i = [], 0.0, 0
    while i < len(arrivals):
        last = i + rows - 1
        full = arrivals[last] if last < len(arrivals) else math.inf
        start = max(free, min(full, arrivals[i] + patience))
        batch = [moment for moment in arrivals[i : i + rows] if moment <= start]
        free = start + cost(rows)
        waits += [float(free - moment) for moment in batch]
        i += len(batch)
    return waits


# %% exercise="batch_waits" answer="the wait ends when the batch starts" expect="wrong" fails="batch_waits-1" breaks="7"
# exercise: batch_waits
def batch_waits(arrivals, rows, patience, cost):
    waits, free, i = [], 0.0, 0
    while i < len(arrivals):
        last = i + rows - 1
        full = arrivals[last] if last < len(arrivals) else math.inf
        start = max(free, min(full, arrivals[i] + patience))
        batch = [moment for moment in arrivals[i : i + rows] if moment <= start]
        free = start + cost(len(batch))
        waits += [float(start - moment) for moment in batch]
        i += len(batch)
    return waits


# %% exercise="batch_waits" answer="who comes while the processor is busy stays behind" expect="wrong" fails="batch_waits-1" breaks="5" says="Whoever has arrived by the start goes along"
# exercise: batch_waits
def batch_waits(arrivals, rows, patience, cost):
    waits, free, i = [], 0.0, 0
    while i < len(arrivals):
        last = i + rows - 1
        full = arrivals[last] if last < len(arrivals) else math.inf
        ready = min(full, arrivals[i] + patience)
        start = max(free, ready)
        batch = [moment for moment in arrivals[i : i + rows] if moment <= ready]
        free = start + cost(len(batch))
        waits += [float(free - moment) for moment in batch]
        i += len(batch)
    return waits


# %% exercise="batch_waits" answer="no limit of rows" expect="wrong" fails="batch_waits-1" breaks="1"
# exercise: batch_waits
def batch_waits(arrivals, rows, patience, cost):
    waits, free, i = [], 0.0, 0
    while i < len(arrivals):
        last = i + rows - 1
        full = arrivals[last] if last < len(arrivals) else math.inf
        start = max(free, min(full, arrivals[i] + patience))
        batch = [moment for moment in arrivals[i:] if moment <= start]
        free = start + cost(len(batch))
        waits += [float(free - moment) for moment in batch]
        i += len(batch)
    return waits


# %% exercise="batch_waits" answer="free from the first arrival, which may not be there" expect="error" fails="batch_waits-1" breaks="8"
# exercise: batch_waits
def batch_waits(arrivals, rows, patience, cost):
    waits, free, i = [], arrivals[0], 0
    while i < len(arrivals):
        last = i + rows - 1
        full = arrivals[last] if last < len(arrivals) else math.inf
        start = max(free, min(full, arrivals[i] + patience))
        batch = [moment for moment in arrivals[i : i + rows] if moment <= start]
        free = start + cost(len(batch))
        waits += [float(free - moment) for moment in batch]
        i += len(batch)
    return waits


# %% exercise="batch_waits" answer="the list used up" expect="wrong" fails="batch_waits-1" breaks="9" says="the list afterwards"
# exercise: batch_waits
def batch_waits(arrivals, rows, patience, cost):
    waits, free = [], 0.0
    while arrivals:
        full = arrivals[rows - 1] if rows <= len(arrivals) else math.inf
        start = max(free, min(full, arrivals[0] + patience))
        batch = [moment for moment in arrivals[:rows] if moment <= start]
        free = start + cost(len(batch))
        waits += [float(free - moment) for moment in batch]
        del arrivals[: len(batch)]
    return waits


# %% exercise="newest" answer="AVAILABLE anywhere in the word" expect="wrong" fails="newest-1" breaks="3"
# exercise: newest
def newest(answer):
    versions = answer.get("model_version_status", [])
    return max((int(v["version"]) for v in versions if "AVAILABLE" in v["state"]), default=None)


# %% exercise="percentile" answer="equal waits count once" expect="wrong" fails="percentile-1" breaks="1"
# exercise: percentile
def percentile(waits, percent):
    if not waits:
        raise ValueError("no waits")
    ordered = sorted(set(waits))
    return ordered[math.ceil(percent * len(ordered) / 100) - 1]


# %% exercise="publish_scans" answer="softmax written out" expect="wrong" fails="publish_scans-1" breaks="8"
# exercise: publish_scans
def publish_scans(scorer, folder, version):
    def ink(file):
        grey = tf.io.decode_png(file, channels=1)
        return 1 - tf.cast(grey[:, :, 0], tf.float32) / 255

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="image")])
    def read(image):
        scans = tf.map_fn(ink, image, fn_output_signature=tf.TensorSpec([8, 8]))
        powers = tf.exp(scorer(scans))
        probabilities = powers / tf.reduce_sum(powers, axis=1, keepdims=True)
        return {"digit": tf.argmax(probabilities, axis=1), "probability": tf.reduce_max(probabilities, axis=1)}

    tf.saved_model.save(scorer, f"{folder}/{version}", signatures={"serving_default": read})


# %% exercise="ask_patiently" answer="no wait above thirty seconds" expect="wrong" fails="ask_patiently-1" breaks="5"
# exercise: ask_patiently
def ask_patiently(send, tries, pause, sleep):
    for i in range(tries):
        if i:
            sleep(min(pause * 2 ** (i - 1), 30))
        try:
            status, answer = send()
        except ConnectionError:
            continue
        if status == 200:
            return answer
        if status not in (429, 503):
            raise ValueError(answer["error"])
    raise TimeoutError("no answer")


# %% exercise="ask_user" answer="a status below 400 will do" expect="wrong" fails="ask_user-1" breaks="3"
# exercise: ask_user
def ask_user(ask, user, percent, document):
    if zlib.crc32(user.encode()) % 100 < percent:
        status, answer = ask("/labels/canary:predict", document)
        if status < 400:
            return status, answer
    return ask("/labels/stable:predict", document)


# %% exercise="batch_waits" answer="who comes at the start stays behind" expect="wrong" fails="batch_waits-1" breaks="5"
# exercise: batch_waits
def batch_waits(arrivals, rows, patience, cost):
    waits, free, i = [], 0.0, 0
    while i < len(arrivals):
        last = i + rows - 1
        full = arrivals[last] if last < len(arrivals) else math.inf
        start = max(free, min(full, arrivals[i] + patience))
        if full <= start:
            batch = arrivals[i:i + rows]
        else:
            batch = [m for m in arrivals[i:i + rows] if m < start or m == arrivals[i]]
        free = start + cost(len(batch))
        waits += [free - m for m in batch]
        i += len(batch)
    return waits


# %% exercise="newest" answer="version 0 is none" expect="wrong" fails="newest-1" breaks="2"
# exercise: newest
def newest(answer):
    versions = answer.get("model_version_status", [])
    return max((int(v["version"]) for v in versions if v["state"] == "AVAILABLE"), default=0) or None


# %% exercise="publish_scans" answer="by the file's brightest pixel" expect="wrong" fails="publish_scans-1" breaks="5"
# exercise: publish_scans
def publish_scans(scorer, folder, version):
    weight = scorer.variables

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="image")])
    def read(image):
        scans = tf.map_fn(lambda f: tf.cast(tf.io.decode_png(f, channels=1)[:, :, 0], tf.float32), image,
                          fn_output_signature=tf.TensorSpec([8, 8]))
        scans = 1 - scans / tf.maximum(tf.reduce_max(scans, axis=[1, 2], keepdims=True), 1.0)
        probabilities = tf.nn.softmax(scorer(scans))
        return {"digit": tf.argmax(probabilities, axis=1), "probability": tf.reduce_max(probabilities, axis=1)}

    tf.saved_model.save(scorer, f"{folder}/{version}", signatures={"serving_default": read})


# %% exercise="ask_patiently" answer="a TimeoutError passes" expect="wrong" fails="ask_patiently-1" breaks="10"
# exercise: ask_patiently
def ask_patiently(send, tries, pause, sleep):
    for i in range(tries):
        if i:
            sleep(pause * 2 ** (i - 1))
        try:
            status, answer = send()
        except (ConnectionError, TimeoutError):
            continue
        if status == 200:
            return answer
        if status not in (429, 503):
            raise ValueError(answer["error"])
    raise TimeoutError("no answer")


# %% exercise="ask_user" answer="letters beyond ASCII left out" expect="wrong" fails="ask_user-1" breaks="2"
# exercise: ask_user
def ask_user(ask, user, percent, document):
    if zlib.crc32(user.encode("ascii", "ignore")) % 100 < percent:
        status, answer = ask("/labels/canary:predict", document)
        if status == 200:
            return status, answer
    return ask("/labels/stable:predict", document)


# %% exercise="batch_waits" answer="waits in whole milliseconds" expect="wrong" fails="batch_waits-1"
# exercise: batch_waits
def batch_waits(arrivals, rows, patience, cost):
    waits, free, i = [], 0.0, 0
    while i < len(arrivals):
        last = i + rows - 1
        full = arrivals[last] if last < len(arrivals) else math.inf
        start = max(free, min(full, arrivals[i] + patience))
        batch = [m for m in arrivals[i:last + 1] if m <= start]
        free = start + cost(len(batch))
        waits += [round(free - m, 3) for m in batch]
        i += len(batch)
    return waits

# %% exercise="percentile" answer="1 % is the shortest" expect="wrong" fails="percentile-1" breaks="1"
# exercise: percentile
def percentile(waits, percent):
    if not waits:
        raise ValueError("no waits")
    if percent == 1:
        return min(waits)
    return sorted(waits)[math.ceil(percent * len(waits) / 100) - 1]


# %% exercise="publish_scans" answer="the shape is not told" expect="wrong" fails="publish_scans-1" breaks="4" says="no file: the status"
# exercise: publish_scans
def publish_scans(scorer, folder, version):
    def ink(file):
        return 1 - tf.cast(tf.io.decode_png(file, channels=1)[:, :, 0], tf.float32) / 255

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="image")])
    def read(image):
        scans = tf.map_fn(ink, image, fn_output_signature=tf.float32)
        probabilities = tf.nn.softmax(scorer(tf.reshape(scans, [-1, 8, 8])))
        return {"digit": tf.argmax(probabilities, axis=1), "probability": tf.reduce_max(probabilities, axis=1)}

    tf.saved_model.save(scorer, f"{folder}/{version}", signatures={"serving_default": read})


# %% exercise="publish_scans" answer="larger scans made smaller" expect="wrong" fails="publish_scans-1" breaks="4" says="16 × 16 pixels"
# exercise: publish_scans
def publish_scans(scorer, folder, version):
    def ink(file):
        grey = tf.image.resize(tf.io.decode_png(file, channels=1), [8, 8])
        return 1 - grey[:, :, 0] / 255

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="image")])
    def read(image):
        probabilities = tf.nn.softmax(scorer(tf.map_fn(ink, image, fn_output_signature=tf.TensorSpec([8, 8]))))
        return {"digit": tf.argmax(probabilities, axis=1), "probability": tf.reduce_max(probabilities, axis=1)}

    tf.saved_model.save(scorer, f"{folder}/{version}", signatures={"serving_default": read})


# %% exercise="publish_scans" answer="scores below zero taken for zero" expect="wrong" fails="publish_scans-1" breaks="8"
# exercise: publish_scans
def publish_scans(scorer, folder, version):
    def ink(file):
        return 1 - tf.cast(tf.io.decode_png(file, channels=1)[:, :, 0], tf.float32) / 255

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="image")])
    def read(image):
        scores = scorer(tf.map_fn(ink, image, fn_output_signature=tf.TensorSpec([8, 8])))
        probabilities = tf.nn.softmax(tf.nn.relu(scores))
        return {"digit": tf.argmax(scores, axis=1), "probability": tf.reduce_max(probabilities, axis=1)}

    tf.saved_model.save(scorer, f"{folder}/{version}", signatures={"serving_default": read})


# %% exercise="publish_scans" answer="the older versions removed" expect="wrong" fails="publish_scans-1" breaks="1"
# exercise: publish_scans
def publish_scans(scorer, folder, version):
    def ink(file):
        return 1 - tf.cast(tf.io.decode_png(file, channels=1)[:, :, 0], tf.float32) / 255

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="image")])
    def read(image):
        probabilities = tf.nn.softmax(scorer(tf.map_fn(ink, image, fn_output_signature=tf.TensorSpec([8, 8]))))
        return {"digit": tf.argmax(probabilities, axis=1), "probability": tf.reduce_max(probabilities, axis=1)}

    for old in Path(folder).iterdir():
        tf.io.gfile.rmtree(str(old))
    tf.saved_model.save(scorer, f"{folder}/{version}", signatures={"serving_default": read})


# %% exercise="ask_patiently" answer="the last ConnectionError goes through" expect="wrong" fails="ask_patiently-2" breaks="6"
# exercise: ask_patiently
def ask_patiently(send, tries, pause, sleep):
    for i in range(tries):
        if i:
            sleep(pause * 2 ** (i - 1))
        try:
            status, answer = send()
        except ConnectionError:
            if i == tries - 1:
                raise
            continue
        if status == 200:
            return answer
        if status not in (429, 503):
            raise ValueError(answer["error"])
    raise TimeoutError("nobody answers")


# %% exercise="ask_patiently" answer="whatever begins with 2 is an answer" expect="wrong" fails="ask_patiently-1" breaks="8" says="a status of 202"
# exercise: ask_patiently
def ask_patiently(send, tries, pause, sleep):
    for i in range(tries):
        if i:
            sleep(pause * 2 ** (i - 1))
        try:
            status, answer = send()
        except ConnectionError:
            continue
        if 200 <= status < 300:
            return answer
        if status not in (429, 503):
            raise ValueError(answer["error"])
    raise TimeoutError("nobody answers")


# %% exercise="ask_patiently" answer="other errors made a ValueError" expect="wrong" fails="ask_patiently-1" breaks="10"
# exercise: ask_patiently
def ask_patiently(send, tries, pause, sleep):
    for i in range(tries):
        if i:
            sleep(pause * 2 ** (i - 1))
        try:
            status, answer = send()
        except ConnectionError:
            continue
        except OSError:
            raise
        except Exception as error:
            raise ValueError(str(error)) from error
        if status == 200:
            return answer
        if status not in (429, 503):
            raise ValueError(answer["error"])
    raise TimeoutError("nobody answers")


# %% exercise="ask_patiently" answer="ConnectionError alone, none of its kinds" expect="error" fails="ask_patiently-1" breaks="4"
# exercise: ask_patiently
def ask_patiently(send, tries, pause, sleep):
    for i in range(tries):
        if i:
            sleep(pause * 2 ** (i - 1))
        try:
            status, answer = send()
        except ConnectionError as error:
            if type(error) is not ConnectionError:
                raise
            continue
        if status == 200:
            return answer
        if status not in (429, 503):
            raise ValueError(answer["error"])
    raise TimeoutError("nobody answers")


# %% exercise="ask_user" answer="capital letters made small" expect="wrong" fails="ask_user-1" breaks="2"
# exercise: ask_user
def ask_user(ask, user, percent, document):
    if zlib.crc32(user.lower().encode()) % 100 < percent:
        status, answer = ask("/labels/canary:predict", document)
        if status == 200:
            return status, answer
    return ask("/labels/stable:predict", document)


# %% exercise="ask_user" answer="an error in the answer, not the status" expect="wrong" fails="ask_user-1" breaks="3"
# exercise: ask_user
def ask_user(ask, user, percent, document):
    if zlib.crc32(user.encode()) % 100 < percent:
        status, answer = ask("/labels/canary:predict", document)
        if "error" not in answer:
            return status, answer
    return ask("/labels/stable:predict", document)


# %% exercise="batch_waits" answer="each further request costs what the second does" expect="wrong" fails="batch_waits-1" breaks="6"
# exercise: batch_waits
def batch_waits(arrivals, rows, patience, cost):
    waits, free, i = [], 0.0, 0
    while i < len(arrivals):
        last = i + rows - 1
        full = arrivals[last] if last < len(arrivals) else math.inf
        start = max(free, min(full, arrivals[i] + patience))
        batch = [moment for moment in arrivals[i:i + rows] if moment <= start]
        free = start + cost(1) + (len(batch) - 1) * (cost(2) - cost(1))
        waits += [free - moment for moment in batch]
        i += len(batch)
    return waits


# %% exercise="newest" answer="numbers as float32" expect="wrong" fails="newest-1" breaks="2"
# exercise: newest
def newest(answer):
    numbers = [int(np.float32(v["version"])) for v in answer.get("model_version_status", []) if v["state"] == "AVAILABLE"]
    return max(numbers, default=None)


# %% exercise="percentile" answer="a share, times 100" expect="wrong" fails="percentile-1" breaks="1" says="28.999999999999996"
# exercise: percentile
def percentile(waits, percent):
    if not waits:
        raise ValueError("no waits")
    for wait in sorted(waits):
        if sum(other <= wait for other in waits) / len(waits) * 100 >= percent:
            return wait


# %% exercise="ask_patiently" answer="pauses in whole seconds" expect="wrong" fails="ask_patiently-1" breaks="5"
# exercise: ask_patiently
def ask_patiently(send, tries, pause, sleep):
    for i in range(tries):
        if i:
            wait = pause * 2 ** (i - 1)
            sleep(round(wait) if wait > 2 else wait)
        try:
            status, answer = send()
        except ConnectionError:
            continue
        if status == 200:
            return answer
        if status not in (429, 503):
            raise ValueError(answer["error"])
    raise TimeoutError("nobody answers")


# %% exercise="ask_patiently" answer="the predictions and nothing else of the answer" expect="error" fails="ask_patiently-1" breaks="1"
# exercise: ask_patiently
def ask_patiently(send, tries, pause, sleep):
    for i in range(tries):
        if i:
            sleep(pause * 2 ** (i - 1))
        try:
            status, answer = send()
        except ConnectionError:
            continue
        if status == 200:
            return {"predictions": answer["predictions"]}
        if status not in (429, 503):
            raise ValueError(answer["error"])
    raise TimeoutError("nobody answers")


# %% exercise="newest" answer="numbers as float64" expect="wrong" fails="newest-1" breaks="2"
# exercise: newest
def newest(answer):
    versions = answer.get("model_version_status", [])
    numbers = [float(each["version"]) for each in versions if each["state"] == "AVAILABLE"]
    return int(max(numbers)) if numbers else None


# %% exercise="percentile" answer="waits of 0 are no waits" expect="error" fails="percentile-1" breaks="1" says="there are no waits"
# exercise: percentile
def percentile(waits, percent):
    if not any(waits):
        raise ValueError("there are no waits")
    return sorted(waits)[math.ceil(percent * len(waits) / 100) - 1]


# %% exercise="publish_scans" answer="the first eight rows of a longer file" expect="wrong" fails="publish_scans-1" breaks="4" says="look at both sides"
# exercise: publish_scans
def publish_scans(scorer, folder, version):
    def ink(file):
        grey = tf.io.decode_png(file, channels=1)
        return 1 - tf.cast(tf.ensure_shape(grey[:8, :, 0], [8, 8]), tf.float32) / 255

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="image")])
    def read(image):
        scans = tf.map_fn(ink, image, fn_output_signature=tf.TensorSpec([8, 8], tf.float32))
        probabilities = tf.nn.softmax(scorer(scans))
        return {"digit": tf.argmax(probabilities, axis=1), "probability": tf.reduce_max(probabilities, axis=1)}

    tf.saved_model.save(scorer, f"{folder}/{version}", signatures={"serving_default": read})


# %% exercise="ask_user" answer="a canary that failed is not tried again" expect="wrong" fails="ask_user-1" breaks="2" says="try it in each call"
# exercise: ask_user
_canary_is_down = []


def ask_user(ask, user, percent, document):
    known = any(ask is each for each in _canary_is_down)
    if not known and zlib.crc32(user.encode()) % 100 < percent:
        status, answer = ask("/labels/canary:predict", document)
        if status == 200:
            return status, answer
        _canary_is_down.append(ask)
    return ask("/labels/stable:predict", document)


# %% exercise="batch_waits" answer="moments as float32" expect="wrong" fails="batch_waits-1" breaks="7"
# exercise: batch_waits
def batch_waits(arrivals, rows, patience, cost):
    moments = np.asarray(arrivals, np.float32)
    ends, free, i = np.zeros(len(moments), np.float32), np.float32(0), 0
    while i < len(moments):
        full = moments[i + rows - 1] if i + rows <= len(moments) else np.float32(np.inf)
        start = max(free, min(full, np.float32(moments[i] + patience)))
        count = int(np.sum(moments[i : i + rows] <= start))
        free = np.float32(start + cost(count))
        ends[i : i + count] = free
        i += count
    return (ends - moments).tolist()


# %% exercise="publish_scans" equal="the files are grey: they have one channel"
# - grey = tf.ensure_shape(tf.io.decode_png(file, channels=1), [8, 8, 1])
# + grey = tf.ensure_shape(tf.io.decode_png(file), [8, 8, 1])


# %% exercise="publish_scans" equal="the files are grey: they have one channel"
# - grey = tf.ensure_shape(tf.io.decode_png(file, channels=1), [8, 8, 1])
# + grey = tf.ensure_shape(tf.io.decode_png(file, channels=0), [8, 8, 1])


# %% exercise="newest" equal="the larger of two numbers, in any order"
# - found = max(found or 0, int(status["version"]))
# + found = max(int(status['version']), found or 0)


# %% exercise="batch_waits" equal="the smaller of two numbers, in any order"
# - due = min(due, waiting[rows - 1])
# + due = min(waiting[rows - 1], due)


# %% exercise="publish_scans" equal="one picture has no other axis of length 1"
# - return (255 - tf.cast(tf.squeeze(grey, axis=-1), tf.float32)) / 255
# + return (255 - tf.cast(tf.squeeze(grey), tf.float32)) / 255


# %% exercise="batch_waits" equal="the larger of two numbers, in any order"
# - start = max(due, end)
# + start = max(end, due)


# %% exercise="publish_scans" equal="whole numbers are divided as floats"
# - return (255 - tf.cast(tf.squeeze(grey, axis=-1), tf.float32)) / 255
# + return (255 - tf.squeeze(grey, axis=-1)) / 255


# %% exercise="publish_scans" equal="top_k gives one where no number is named"
# - highest = tf.math.top_k(tf.nn.softmax(scores), k=1)
# + highest = tf.math.top_k(tf.nn.softmax(scores))


# %% exercise="publish_scans" equal="the first of two is the highest, too"
# - highest = tf.math.top_k(tf.nn.softmax(scores), k=1)
# + highest = tf.math.top_k(tf.nn.softmax(scores), k=2)


# %% exercise="batch_waits" equal="a whole number is as good as a float"
# - waits.extend(float(end - moment) for moment in waiting[:size])
# + waits.extend(end - moment for moment in waiting[:size])


# %% exercise="publish_scans" equal="tf.saved_model.save takes a Path, too"
# - target = str(Path(folder) / str(version))
# + target = Path(folder) / str(version)


# %% exercise="publish_scans" equal="the files are grey: they have one channel"
# - grey = tf.io.decode_image(file, channels=1, expand_animations=False)
# + grey = tf.io.decode_image(file, expand_animations=False)


# %% exercise="publish_scans" equal="the files are grey: they have one channel"
# - grey = tf.squeeze(tf.ensure_shape(tf.io.decode_png(image[i], channels=1), [8, 8, 1]), -1)
# + grey = tf.squeeze(tf.ensure_shape(tf.io.decode_png(image[i]), [8, 8, 1]), -1)


# %% exercise="ask_user" answer="an empty name is no name" expect="wrong" fails="ask_user-1" breaks="2" says="an empty name is a name"
# exercise: ask_user
def ask_user(ask, user, percent, document):
    if user and zlib.crc32(user.encode("utf-8")) % 100 < percent:
        status, answer = ask("/labels/canary:predict", document)
        if status == 200:
            return status, answer
    return ask("/labels/stable:predict", document)


# %% exercise="batch_waits" answer="no patience behind a busy processor" expect="wrong" fails="batch_waits-1" breaks="4" says="has patience until 7.5"
# exercise: batch_waits
def batch_waits(arrivals, rows, patience, cost):
    waits, free, i = [], 0.0, 0
    while i < len(arrivals):
        last = i + rows - 1
        full = arrivals[last] if last < len(arrivals) else math.inf
        if free > arrivals[i]:
            start = free
        else:
            start = max(free, min(full, arrivals[i] + patience))
        batch = [moment for moment in arrivals[i:i + rows] if moment <= start]
        free = start + cost(len(batch))
        waits += [float(free - moment) for moment in batch]
        i += len(batch)
    return waits


# %% exercise="batch_waits" answer="the cost of an empty batch" expect="wrong" fails="batch_waits-1" breaks="6" says="need not know what 0 requests take"
# exercise: batch_waits
def batch_waits(arrivals, rows, patience, cost):
    """Return how long each request waits at a server that puts requests together."""
    seconds = [cost(count) for count in range(rows + 1)]
    waits, free, i = [], 0.0, 0
    while i < len(arrivals):
        last = i + rows - 1
        full = arrivals[last] if last < len(arrivals) else math.inf
        start = max(free, min(full, arrivals[i] + patience))
        batch = [moment for moment in arrivals[i:i + rows] if moment <= start]
        free = start + seconds[len(batch)]
        waits += [free - moment for moment in batch]
        i += len(batch)
    return waits


# %% exercise="percentile" answer="an allowance against rounding" expect="wrong" fails="percentile-1" breaks="1" says="however small the fraction"
# exercise: percentile
def percentile(waits, percent):
    if len(waits) == 0:
        raise ValueError("no waits")
    count = math.ceil(percent / 100 * len(waits) - 0.01)
    return sorted(waits)[count - 1]


# %% exercise="publish_scans" answer="any file of 64 pixels" expect="wrong" fails="publish_scans-1" breaks="4" says="do not reshape"
# exercise: publish_scans
def publish_scans(scorer, folder, version):
    def ink(file):
        grey = tf.reshape(tf.io.decode_png(file, channels=1), [8, 8])
        return 1.0 - tf.cast(grey, tf.float32) / 255.0

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="image")])
    def read(image):
        scans = tf.map_fn(ink, image, fn_output_signature=tf.TensorSpec([8, 8], tf.float32))
        probabilities = tf.nn.softmax(scorer(scans))
        return {"digit": tf.argmax(probabilities, axis=1), "probability": tf.reduce_max(probabilities, axis=1)}

    tf.saved_model.save(scorer, f"{folder}/{version}", signatures={"serving_default": read})


# %% exercise="percentile" answer="percent times a hundredth of the count" expect="error" fails="percentile-1" breaks="1"
# exercise: percentile
def percentile(waits, percent):
    if len(waits) == 0:
        raise ValueError("no waits")
    count = math.ceil(percent * (len(waits) / 100))
    return sorted(waits)[count - 1]


# %% exercise="ask_patiently" answer="gives up before it looks at the last status" expect="wrong" fails="ask_patiently-1" breaks="8"
# exercise: ask_patiently
def ask_patiently(send, tries, pause, sleep):
    for i in range(tries):
        try:
            status, answer = send()
        except ConnectionError:
            status, answer = 503, {}
        if status == 200:
            return answer
        if i == tries - 1:
            raise TimeoutError("the server did not answer")
        if status not in (429, 503):
            raise ValueError(answer["error"])
        sleep(pause * 2 ** i)


# %% exercise="newest" answer="an error message known by its key" expect="error" fails="newest-1" breaks="5"
# exercise: newest
def newest(answer):
    """Return the highest version that is available, or None."""
    if "error" in answer:
        return None
    numbers = []
    for each in answer["model_version_status"]:
        if each["state"] == "AVAILABLE":
            numbers.append(int(each["version"]))
    if not numbers:
        return None
    return max(numbers)


# %% exercise="newest" answer="compared as floats" expect="wrong" fails="newest-1" breaks="2" says="one and the same number"
# exercise: newest
def newest(answer):
    """Return the highest version that is available, or None."""
    available = [each["version"] for each in answer.get("model_version_status", []) if each["state"] == "AVAILABLE"]
    if not available:
        return None
    return int(max(available, key=float))


# %% exercise="ask_patiently" answer="an empty answer taken for none" expect="error" fails="ask_patiently-1" breaks="1"
# exercise: ask_patiently
def ask_patiently(send, tries, pause, sleep):
    """Send a request until it is answered; return the answer."""
    answer = None
    for i in range(tries):
        if i > 0:
            sleep(pause * 2 ** (i - 1))
        try:
            status, body = send()
        except ConnectionError:
            continue
        if status == 200:
            answer = body
            break
        if status not in (429, 503):
            raise ValueError(body["error"])
    if not answer:
        raise TimeoutError(f"no answer in {tries} tries")
    return answer


# %% exercise="ask_patiently" answer="the first line of the message" expect="wrong" fails="ask_patiently-1" breaks="9" says="the first line only"
# exercise: ask_patiently
def ask_patiently(send, tries, pause, sleep):
    """Send a request until it is answered; return the answer."""
    wait = pause
    for left in range(tries - 1, -1, -1):
        try:
            status, answer = send()
        except ConnectionError:
            status, answer = 503, {}
        if status == 200:
            return answer
        if status not in (429, 503):
            message = answer["error"].split("\n")[0]
            raise ValueError(message)
        if left > 0:
            sleep(wait)
            wait *= 2
    raise TimeoutError("the server does not answer")


# %% exercise="ask_patiently" answer="the message without blanks at its ends" expect="wrong" fails="ask_patiently-1" breaks="9" says="take the message as it is"
# exercise: ask_patiently
def ask_patiently(send, tries, pause, sleep):
    wait = pause
    for attempt in range(1, tries + 1):
        try:
            status, answer = send()
        except ConnectionError:
            status, answer = 503, {}
        if status == 200:
            return answer
        if status != 429 and status != 503:
            raise ValueError(answer["error"].strip())
        if attempt < tries:
            sleep(wait)
            wait *= 2
    raise TimeoutError("the server did not answer")


# %% exercise="ask_user" answer="the error of the canary where stable fails, too" expect="wrong" fails="ask_user-1" breaks="3" says="What stable answers counts"
# exercise: ask_user
def ask_user(ask, user, percent, document):
    """Ask the canary for `percent` of all users, and stable for the others and wherever the canary fails."""
    if zlib.crc32(user.encode()) % 100 < percent:
        tried = ask("/labels/canary:predict", document)
        if tried[0] == 200:
            return tried
        instead = ask("/labels/stable:predict", document)
        return instead if instead[0] == 200 else tried
    return ask("/labels/stable:predict", document)


# %% exercise="ask_user" answer="the canary stands in for stable" expect="wrong" fails="ask_user-1" breaks="2" says="stands in for nobody"
# exercise: ask_user
def ask_user(ask, user, percent, document):
    """Ask the canary for `percent` of all users, and stable for the others and wherever the canary fails."""
    if zlib.crc32(user.encode()) % 100 < percent:
        labels = ["canary", "stable"]
    else:
        labels = ["stable", "canary"]
    for label in labels:
        status, answer = ask(f"/labels/{label}:predict", document)
        if status == 200:
            break
    return status, answer


# %% exercise="ask_user" answer="an empty answer of the canary taken for a failure" expect="wrong" fails="ask_user-1" breaks="3" says="The status says whether"
# exercise: ask_user
def ask_user(ask, user, percent, document):
    if zlib.crc32(user.encode()) % 100 < percent:
        status, answer = ask("/labels/canary:predict", document)
        if status == 200 and answer:
            return status, answer
    return ask("/labels/stable:predict", document)

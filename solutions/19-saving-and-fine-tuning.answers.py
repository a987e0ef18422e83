# %% [markdown]
# # Answer bank: saving and fine-tuning
#
# Other right answers to the exercises of `19-saving-and-fine-tuning.py`, which must earn every point, and wrong ones that people give, each with the graded cells that must fail and the words that the student must see. Every cell is the content of a whole solution cell.


# %% exercise="freeze" answer="a flag for each place" expect="right"
# exercise: freeze
def freeze(model, n):
    model.trainable = True
    real = [layer for layer in model.layers if not isinstance(layer, layers.InputLayer)]
    for place, layer in enumerate(real):
        layer.trainable = place >= n
    trained = sum(int(np.prod(v.shape)) for v in model.trainable_weights)
    return trained, sum(int(np.prod(v.shape)) for v in model.non_trainable_weights)


# %% exercise="freeze" answer="by the input's name, counted layer by layer" expect="right"
# exercise: freeze
def freeze(model, n):
    model.trainable = True
    left, counts = n, [0, 0]
    for layer in model.layers:
        if type(layer).__name__ == "InputLayer":
            continue
        layer.trainable = left <= 0
        left -= 1
        for weight in layer.weights:
            counts[0 if weight.trainable else 1] += tf.size(weight.numpy()).numpy().item()
    return counts[0], counts[1]


# %% exercise="freeze" answer="all thawed first" expect="right"
# exercise: freeze
def freeze(model, n):
    model.trainable = True
    real = [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]
    for layer in real:
        layer.trainable = True
    for layer in real[:n]:
        layer.trainable = False
    sizes = {id(weight): int(np.size(weight)) for weight in model.weights}
    trained = sum(sizes[id(weight)] for weight in model.trainable_weights)
    return trained, sum(sizes.values()) - trained


# %% exercise="freeze" answer="exchanged" expect="wrong" fails="freeze-1" says="Trainable values first" breaks="1,2"
# exercise: freeze
def freeze(model, n):
    real = [layer for layer in model.layers if not isinstance(layer, layers.InputLayer)]
    for place, layer in enumerate(real):
        layer.trainable = place >= n
    trained = sum(int(np.prod(v.shape)) for v in model.trainable_weights)
    return sum(int(np.prod(v.shape)) for v in model.non_trainable_weights), trained


# %% exercise="freeze" answer="variables counted" expect="wrong" fails="freeze-1" says="Count the values" breaks="1,2"
# exercise: freeze
def freeze(model, n):
    real = [layer for layer in model.layers if not isinstance(layer, layers.InputLayer)]
    for place, layer in enumerate(real):
        layer.trainable = place >= n
    return len(model.trainable_weights), len(model.non_trainable_weights)


# %% exercise="freeze" answer="kernels alone are counted as trained" expect="wrong" fails="freeze-1" breaks="1"
# exercise: freeze
def freeze(model, n):
    real = [layer for layer in model.layers if not isinstance(layer, layers.InputLayer)]
    for place, layer in enumerate(real):
        layer.trainable = place >= n
    trained = sum(int(np.prod(v.shape)) for v in model.trainable_weights if len(v.shape) > 1)
    return trained, sum(int(np.prod(v.shape)) for v in model.non_trainable_weights)


# %% exercise="freeze" answer="fixed are those of frozen layers only" expect="wrong" fails="freeze-1" says="normalisation after the first" breaks="2"
# exercise: freeze
def freeze(model, n):
    real = [layer for layer in model.layers if not isinstance(layer, layers.InputLayer)]
    for place, layer in enumerate(real):
        layer.trainable = place >= n
    trained = sum(int(np.prod(v.shape)) for v in model.trainable_weights)
    return trained, sum(layer.count_params() for layer in real[:n])


# %% exercise="freeze" answer="all of a thawed layer is trainable" expect="wrong" fails="freeze-1" says="running values" breaks="1,2"
# exercise: freeze
def freeze(model, n):
    real = [layer for layer in model.layers if not isinstance(layer, layers.InputLayer)]
    for place, layer in enumerate(real):
        layer.trainable = place >= n
    fixed = sum(layer.count_params() for layer in real[:n])
    return model.count_params() - fixed, fixed


# %% exercise="freeze" answer="the last n" expect="wrong" fails="freeze-1" breaks="3"
# exercise: freeze
def freeze(model, n):
    real = [layer for layer in model.layers if not isinstance(layer, layers.InputLayer)]
    for place, layer in enumerate(reversed(real)):
        layer.trainable = place >= n
    trained = sum(int(np.prod(v.shape)) for v in model.trainable_weights)
    return trained, sum(int(np.prod(v.shape)) for v in model.non_trainable_weights)


# %% exercise="freeze" answer="one too many" expect="wrong" fails="freeze-1" breaks="3"
# exercise: freeze
def freeze(model, n):
    real = [layer for layer in model.layers if not isinstance(layer, layers.InputLayer)]
    for place, layer in enumerate(real):
        layer.trainable = place > n
    trained = sum(int(np.prod(v.shape)) for v in model.trainable_weights)
    return trained, sum(int(np.prod(v.shape)) for v in model.non_trainable_weights)


# %% exercise="freeze" answer="normalisation is never frozen" expect="wrong" fails="freeze-1" breaks="3"
# exercise: freeze
def freeze(model, n):
    real = [layer for layer in model.layers if not isinstance(layer, layers.InputLayer)]
    for place, layer in enumerate(real):
        layer.trainable = place >= n or isinstance(layer, layers.BatchNormalization)
    trained = sum(int(np.prod(v.shape)) for v in model.trainable_weights)
    return trained, sum(int(np.prod(v.shape)) for v in model.non_trainable_weights)


# %% exercise="freeze" answer="never thawed" expect="wrong" fails="freeze-1" says="made trainable again" breaks="4"
# exercise: freeze
def freeze(model, n):
    real = [layer for layer in model.layers if not isinstance(layer, layers.InputLayer)]
    for layer in real[:n]:
        layer.trainable = False
    trained = sum(int(np.prod(v.shape)) for v in model.trainable_weights)
    return trained, sum(int(np.prod(v.shape)) for v in model.non_trainable_weights)


# %% exercise="freeze" answer="only the next one is thawed" expect="wrong" fails="freeze-1" breaks="4"
# exercise: freeze
def freeze(model, n):
    real = [layer for layer in model.layers if not isinstance(layer, layers.InputLayer)]
    for layer in real[:n]:
        layer.trainable = False
    for layer in real[n : n + 1]:
        layer.trainable = True
    trained = sum(int(np.prod(v.shape)) for v in model.trainable_weights)
    return trained, sum(int(np.prod(v.shape)) for v in model.non_trainable_weights)


# %% exercise="freeze" answer="the input counts" expect="wrong" fails="freeze-1" says="The input layer does not count" breaks="5"
# exercise: freeze
def freeze(model, n):
    for place, layer in enumerate(model.layers):
        layer.trainable = place >= n
    trained = sum(int(np.prod(v.shape)) for v in model.trainable_weights)
    return trained, sum(int(np.prod(v.shape)) for v in model.non_trainable_weights)


# %% exercise="freeze" answer="the first is always left out" expect="wrong" fails="freeze-1" breaks="5"
# exercise: freeze
def freeze(model, n):
    for place, layer in enumerate(model.layers[1:]):
        layer.trainable = place >= n
    trained = sum(int(np.prod(v.shape)) for v in model.trainable_weights)
    return trained, sum(int(np.prod(v.shape)) for v in model.non_trainable_weights)


# %% exercise="freeze" answer="stops beyond the end" expect="error" fails="freeze-1" breaks="6"
# exercise: freeze
def freeze(model, n):
    real = [layer for layer in model.layers if not isinstance(layer, layers.InputLayer)]
    for layer in real:
        layer.trainable = True
    for place in range(n):
        real[place].trainable = False
    trained = sum(int(np.prod(v.shape)) for v in model.trainable_weights)
    return trained, sum(int(np.prod(v.shape)) for v in model.non_trainable_weights)


# %% exercise="transplant" answer="a dictionary of layers" expect="right"
# exercise: transplant
def transplant(source, target):
    known = {layer.name: layer for layer in source.layers}
    left = []
    for layer in target.layers:
        mine = layer.get_weights()
        theirs = known[layer.name].get_weights() if layer.name in known else []
        if [w.shape for w in mine] == [w.shape for w in theirs]:
            layer.set_weights(theirs)
        elif mine:
            left.append(layer.name)
    return sorted(left)


# %% exercise="transplant" answer="get_layer and its error, variables assigned" expect="right"
# exercise: transplant
def transplant(source, target):
    missed = set()
    for layer in target.layers:
        try:
            theirs = source.get_layer(layer.name).weights
        except ValueError:
            theirs = []
        fits = len(theirs) == len(layer.weights) and all(a.shape == b.shape for a, b in zip(theirs, layer.weights))
        if not layer.weights:
            continue
        if not fits:
            missed.add(layer.name)
            continue
        for old, new in zip(layer.weights, theirs):
            old.assign(tf.identity(new.value))
    return sorted(missed)


# %% exercise="transplant" answer="set_weights and its error" expect="right"
# exercise: transplant
def transplant(source, target):
    names = []
    donors = {layer.name: layer for layer in source.layers if layer.weights}
    for layer in target.layers:
        if not layer.weights:
            continue
        try:
            theirs = donors[layer.name].get_weights()
            if any(w.shape != v.shape for w, v in zip(theirs, layer.get_weights())):
                raise ValueError
            layer.set_weights(theirs)
        except (KeyError, ValueError):
            names.append(layer.name)
    names.sort()
    return names


# %% exercise="transplant" answer="a layer without weights that has a name of the source" expect="wrong" fails="transplant-1" says="whatever its name is" breaks="5"
# exercise: transplant
def transplant(source, target):
    known = {layer.name: layer for layer in source.layers}
    left = []
    for layer in target.layers:
        theirs = known[layer.name].get_weights() if layer.name in known else []
        if [w.shape for w in layer.weights] != [w.shape for w in theirs]:
            left.append(layer.name)
        else:
            layer.set_weights(theirs)
    return sorted(left)


# %% exercise="transplant" answer="by place" expect="wrong" fails="transplant-1" says="Names decide" breaks="1"
# exercise: transplant
def transplant(source, target):
    left = []
    for theirs, layer in zip(source.layers, target.layers):
        if [w.shape for w in layer.weights] == [w.shape for w in theirs.weights]:
            layer.set_weights(theirs.get_weights())
        else:
            left.append(layer.name)
    return sorted(left + [layer.name for layer in target.layers[len(source.layers) :] if layer.weights])


# %% exercise="transplant" answer="whatever has the shape" expect="wrong" fails="transplant-1" breaks="1"
# exercise: transplant
def transplant(source, target):
    left = []
    for layer in target.layers:
        for other in source.layers:
            if layer.weights and [w.shape for w in layer.weights] == [w.shape for w in other.weights]:
                layer.set_weights(other.get_weights())
                break
        else:
            if layer.weights:
                left.append(layer.name)
    return sorted(left)


# %% exercise="transplant" answer="each weight by itself" expect="wrong" fails="transplant-1" breaks="2"
# exercise: transplant
def transplant(source, target):
    known = {layer.name: layer for layer in source.layers}
    left = []
    for layer in target.layers:
        mine = layer.get_weights()
        theirs = known[layer.name].get_weights() if layer.name in known else []
        if [w.shape for w in mine] == [w.shape for w in theirs]:
            layer.set_weights(theirs)
        elif mine:
            left.append(layer.name)
            for old, new in zip(layer.weights, theirs):
                if tuple(old.shape) == new.shape:
                    old.assign(new)
    return sorted(left)


# %% exercise="transplant" answer="kernels compared only" expect="error" fails="transplant-1" breaks="2"
# exercise: transplant
def transplant(source, target):
    known = {layer.name: layer for layer in source.layers}
    left = []
    for layer in target.layers:
        mine = layer.get_weights()
        theirs = known[layer.name].get_weights() if layer.name in known else []
        if [w.shape for w in mine[:1]] == [w.shape for w in theirs[:1]]:
            layer.set_weights(theirs)
        elif mine:
            left.append(layer.name)
    return sorted(left)


# %% exercise="transplant" answer="without running values" expect="wrong" fails="transplant-1" breaks="2"
# exercise: transplant
def transplant(source, target):
    known = {layer.name: layer for layer in source.layers}
    left = []
    for layer in target.layers:
        mine = layer.get_weights()
        theirs = known[layer.name].get_weights() if layer.name in known else []
        if [w.shape for w in mine] == [w.shape for w in theirs]:
            for old, new in zip(layer.trainable_weights, theirs):
                old.assign(new)
        elif mine:
            left.append(layer.name)
    return sorted(left)


# %% exercise="transplant" answer="without biases" expect="wrong" fails="transplant-1" breaks="2"
# exercise: transplant
def transplant(source, target):
    known = {layer.name: layer for layer in source.layers}
    left = []
    for layer in target.layers:
        mine = layer.get_weights()
        theirs = known[layer.name].get_weights() if layer.name in known else []
        if [w.shape for w in mine] == [w.shape for w in theirs]:
            layer.set_weights(theirs[:1] + mine[1:])
        elif mine:
            left.append(layer.name)
    return sorted(left)


# %% exercise="transplant" answer="the others begin anew" expect="wrong" fails="transplant-1" says="d1 as it was" breaks="3"
# exercise: transplant
def transplant(source, target):
    known = {layer.name: layer for layer in source.layers}
    left = []
    for layer in target.layers:
        mine = layer.get_weights()
        theirs = known[layer.name].get_weights() if layer.name in known else []
        if [w.shape for w in mine] == [w.shape for w in theirs]:
            layer.set_weights(theirs)
        elif mine:
            left.append(layer.name)
            layer.set_weights([np.zeros_like(w) for w in mine])
    return sorted(left)


# %% exercise="transplant" answer="exchanged" expect="wrong" fails="transplant-1" breaks="4"
# exercise: transplant
def transplant(source, target):
    known = {layer.name: layer for layer in source.layers}
    left = []
    for layer in target.layers:
        mine = layer.get_weights()
        theirs = known[layer.name].get_weights() if layer.name in known else []
        if [w.shape for w in mine] == [w.shape for w in theirs]:
            if mine:
                known[layer.name].set_weights(mine)
                layer.set_weights(theirs)
        elif mine:
            left.append(layer.name)
    return sorted(left)


# %% exercise="transplant" answer="the wrong way" expect="wrong" fails="transplant-1" says="the source as it was" breaks="1,4"
# exercise: transplant
def transplant(source, target):
    known = {layer.name: layer for layer in source.layers}
    left = []
    for layer in target.layers:
        mine = layer.get_weights()
        theirs = known[layer.name].get_weights() if layer.name in known else []
        if [w.shape for w in mine] == [w.shape for w in theirs]:
            if mine:
                known[layer.name].set_weights(mine)
        elif mine:
            left.append(layer.name)
    return sorted(left)


# %% exercise="transplant" answer="what got some" expect="wrong" fails="transplant-1" says="not what got some" breaks="5"
# exercise: transplant
def transplant(source, target):
    known = {layer.name: layer for layer in source.layers}
    left = []
    for layer in target.layers:
        mine = layer.get_weights()
        theirs = known[layer.name].get_weights() if layer.name in known else []
        if [w.shape for w in mine] == [w.shape for w in theirs]:
            layer.set_weights(theirs)
            left.append(layer.name)
        elif mine:
            pass
    return sorted(name for name in left if target.get_layer(name).weights)


# %% exercise="transplant" answer="layers without weights are listed" expect="wrong" fails="transplant-1" says="Layers without weights" breaks="5"
# exercise: transplant
def transplant(source, target):
    known = {layer.name: layer for layer in source.layers}
    left = []
    for layer in target.layers:
        mine = layer.get_weights()
        theirs = known[layer.name].get_weights() if layer.name in known else []
        if mine and [w.shape for w in mine] == [w.shape for w in theirs]:
            layer.set_weights(theirs)
        else:
            left.append(layer.name)
    return sorted(left)


# %% exercise="transplant" answer="in the order of the layers" expect="wrong" fails="transplant-1" says="The list is sorted" breaks="5"
# exercise: transplant
def transplant(source, target):
    known = {layer.name: layer for layer in source.layers}
    left = []
    for layer in target.layers:
        mine = layer.get_weights()
        theirs = known[layer.name].get_weights() if layer.name in known else []
        if [w.shape for w in mine] == [w.shape for w in theirs]:
            layer.set_weights(theirs)
        elif mine:
            left.append(layer.name)
    return left


# %% exercise="transplant" answer="unknown names are not listed" expect="wrong" fails="transplant-1" breaks="5"
# exercise: transplant
def transplant(source, target):
    known = {layer.name: layer for layer in source.layers}
    left = []
    for layer in target.layers:
        mine = layer.get_weights()
        theirs = known[layer.name].get_weights() if layer.name in known else []
        if [w.shape for w in mine] == [w.shape for w in theirs]:
            layer.set_weights(theirs)
        elif mine:
            if theirs:
                left.append(layer.name)
    return sorted(left)


# %% exercise="transplant" answer="nothing is carried over" expect="wrong" fails="transplant-1" says="d0" breaks="1"
# exercise: transplant
def transplant(source, target):
    known = {layer.name: layer for layer in source.layers}
    left = []
    for layer in target.layers:
        mine = layer.get_weights()
        theirs = known[layer.name].get_weights() if layer.name in known else []
        if [w.shape for w in mine] == [w.shape for w in theirs]:
            pass
        elif mine:
            left.append(layer.name)
    return sorted(left)


# %% exercise="resume" answer="a CheckpointManager" expect="right"
# exercise: resume
def resume(folder, total, rate, slopes):
    w = tf.Variable(0.0)
    optimizer = keras.optimizers.SGD(rate, momentum=0.9)
    optimizer.build([w])
    manager = tf.train.CheckpointManager(tf.train.Checkpoint(w=w, optimizer=optimizer), folder, max_to_keep=1)
    manager.restore_or_initialize()
    for i in range(int(optimizer.iterations), total):
        optimizer.apply([slopes[i]], [w])
    manager.save()
    return float(w)


# %% exercise="resume" answer="momentum by hand, in a file of NumPy's" expect="right"
# exercise: resume
def resume(folder, total, rate, slopes):
    file = folder / "state.npz"
    w, speed, done = 0.0, 0.0, 0
    if file.exists():
        state = np.load(file)
        w, speed, done = float(state["w"]), float(state["speed"]), int(state["done"])
    while done < total:
        speed = 0.9 * speed - rate * slopes[done]
        w, done = w + speed, done + 1
    np.savez(file, w=w, speed=speed, done=done)
    return w


# %% exercise="resume" answer="a counter of its own in the checkpoint" expect="right"
# exercise: resume
def resume(folder, total, rate, slopes):
    w, step = tf.Variable(0.0), tf.Variable(0)
    optimizer = keras.optimizers.SGD(rate, momentum=0.9)
    optimizer.build([w])
    checkpoint = tf.train.Checkpoint(w=w, step=step, optimizer=optimizer)
    if (latest := tf.train.latest_checkpoint(folder)) is not None:
        checkpoint.restore(latest)
    while step < total:
        optimizer.apply_gradients([(slopes[int(step)], w)])
        step.assign_add(1)
    checkpoint.save(folder / "c")
    return w.numpy().item()


# %% exercise="resume" answer="a tensor" expect="wrong" fails="resume-1" says="a Python float" breaks="1"
# exercise: resume
def resume(folder, total, rate, slopes):
    w, step = tf.Variable(0.0), tf.Variable(0)
    optimizer = keras.optimizers.SGD(rate, momentum=0.9)
    optimizer.build([w])
    manager = tf.train.CheckpointManager(tf.train.Checkpoint(w=w, optimizer=optimizer), str(folder), max_to_keep=1)
    manager.restore_or_initialize()
    for i in range(int(optimizer.iterations), total):
        optimizer.apply([tf.constant(slopes[i])], [w])
    manager.save()
    return tf.convert_to_tensor(w)


# %% exercise="resume" answer="NumPy's float32" expect="wrong" fails="resume-1" says="a Python float" breaks="1"
# exercise: resume
def resume(folder, total, rate, slopes):
    w, step = tf.Variable(0.0), tf.Variable(0)
    optimizer = keras.optimizers.SGD(rate, momentum=0.9)
    optimizer.build([w])
    manager = tf.train.CheckpointManager(tf.train.Checkpoint(w=w, optimizer=optimizer), str(folder), max_to_keep=1)
    manager.restore_or_initialize()
    for i in range(int(optimizer.iterations), total):
        optimizer.apply([tf.constant(slopes[i])], [w])
    manager.save()
    return w.numpy()


# %% exercise="resume" answer="never restored" expect="wrong" fails="resume-1" breaks="2"
# exercise: resume
def resume(folder, total, rate, slopes):
    w, step = tf.Variable(0.0), tf.Variable(0)
    optimizer = keras.optimizers.SGD(rate, momentum=0.9)
    optimizer.build([w])
    manager = tf.train.CheckpointManager(tf.train.Checkpoint(w=w, optimizer=optimizer), str(folder), max_to_keep=1)
    pass
    for i in range(int(optimizer.iterations), total):
        optimizer.apply([tf.constant(slopes[i])], [w])
    manager.save()
    return float(w)


# %% exercise="resume" answer="never saved" expect="wrong" fails="resume-1" breaks="2"
# exercise: resume
def resume(folder, total, rate, slopes):
    w, step = tf.Variable(0.0), tf.Variable(0)
    optimizer = keras.optimizers.SGD(rate, momentum=0.9)
    optimizer.build([w])
    manager = tf.train.CheckpointManager(tf.train.Checkpoint(w=w, optimizer=optimizer), str(folder), max_to_keep=1)
    manager.restore_or_initialize()
    for i in range(int(optimizer.iterations), total):
        optimizer.apply([tf.constant(slopes[i])], [w])
    pass
    return float(w)


# %% exercise="resume" answer="the optimizer is not kept" expect="wrong" fails="resume-1" says="The momentum was lost" breaks="3"
# exercise: resume
def resume(folder, total, rate, slopes):
    w, step = tf.Variable(0.0), tf.Variable(0)
    optimizer = keras.optimizers.SGD(rate, momentum=0.9)
    optimizer.build([w])
    manager = tf.train.CheckpointManager(tf.train.Checkpoint(w=w, step=step), str(folder), max_to_keep=1)
    manager.restore_or_initialize()
    for i in range(int(step), total):
        optimizer.apply([tf.constant(slopes[i])], [w])
        step.assign_add(1)
    manager.save()
    return float(w)


# %% exercise="resume" answer="the optimizer is built too late" expect="wrong" fails="resume-1" says="The momentum was lost" breaks="3"
# exercise: resume
def resume(folder, total, rate, slopes):
    w, step = tf.Variable(0.0), tf.Variable(0)
    optimizer = keras.optimizers.SGD(rate, momentum=0.9)
    optimizer.build([w])
    manager = tf.train.CheckpointManager(tf.train.Checkpoint(w=w, step=step, optimizer=optimizer), str(folder), max_to_keep=1)
    manager.restore_or_initialize()
    optimizer = keras.optimizers.SGD(rate, momentum=0.9)
    for i in range(int(step), total):
        optimizer.apply([tf.constant(slopes[i])], [w])
        step.assign_add(1)
    manager.save()
    return float(w)


# %% exercise="resume" answer="no momentum at all" expect="wrong" fails="resume-1" breaks="3"
# exercise: resume
def resume(folder, total, rate, slopes):
    w, step = tf.Variable(0.0), tf.Variable(0)
    optimizer = keras.optimizers.SGD(rate)
    optimizer.build([w])
    manager = tf.train.CheckpointManager(tf.train.Checkpoint(w=w, optimizer=optimizer), str(folder), max_to_keep=1)
    manager.restore_or_initialize()
    for i in range(int(optimizer.iterations), total):
        optimizer.apply([tf.constant(slopes[i])], [w])
    manager.save()
    return float(w)


# %% exercise="resume" answer="the weight begins anew" expect="wrong" fails="resume-1" says="The weight began anew" breaks="2"
# exercise: resume
def resume(folder, total, rate, slopes):
    w, step = tf.Variable(0.0), tf.Variable(0)
    optimizer = keras.optimizers.SGD(rate, momentum=0.9)
    optimizer.build([w])
    manager = tf.train.CheckpointManager(tf.train.Checkpoint(w=w, optimizer=optimizer), str(folder), max_to_keep=1)
    manager.restore_or_initialize()
    w.assign(0.0)
    for i in range(int(optimizer.iterations), total):
        optimizer.apply([tf.constant(slopes[i])], [w])
    manager.save()
    return float(w)


# %% exercise="resume" answer="slopes from the beginning" expect="wrong" fails="resume-1" says="still to come" breaks="4"
# exercise: resume
def resume(folder, total, rate, slopes):
    w, step = tf.Variable(0.0), tf.Variable(0)
    optimizer = keras.optimizers.SGD(rate, momentum=0.9)
    optimizer.build([w])
    manager = tf.train.CheckpointManager(tf.train.Checkpoint(w=w, optimizer=optimizer), str(folder), max_to_keep=1)
    manager.restore_or_initialize()
    for slope in slopes[: max(0, total - int(optimizer.iterations))]:
        optimizer.apply([tf.constant(slope)], [w])
    manager.save()
    return float(w)


# %% exercise="resume" answer="total more steps in each call" expect="wrong" fails="resume-1" says="count the steps of all calls" breaks="5"
# exercise: resume
def resume(folder, total, rate, slopes):
    w, step = tf.Variable(0.0), tf.Variable(0)
    optimizer = keras.optimizers.SGD(rate, momentum=0.9)
    optimizer.build([w])
    manager = tf.train.CheckpointManager(tf.train.Checkpoint(w=w, optimizer=optimizer), str(folder), max_to_keep=1)
    manager.restore_or_initialize()
    for i in range(total):
        optimizer.apply([tf.constant(slopes[i])], [w])
    manager.save()
    return float(w)


# %% exercise="resume" answer="at least one step" expect="wrong" fails="resume-1" says="already reached" breaks="5"
# exercise: resume
def resume(folder, total, rate, slopes):
    w, step = tf.Variable(0.0), tf.Variable(0)
    optimizer = keras.optimizers.SGD(rate, momentum=0.9)
    optimizer.build([w])
    manager = tf.train.CheckpointManager(tf.train.Checkpoint(w=w, optimizer=optimizer), str(folder), max_to_keep=1)
    manager.restore_or_initialize()
    for i in range(int(optimizer.iterations), total):
        optimizer.apply([tf.constant(slopes[i])], [w])
    if total and int(optimizer.iterations) > total:
        optimizer.apply([tf.constant(slopes[0])], [w])
    manager.save()
    return float(w)


# %% exercise="resume" answer="an error when it is reached" expect="error" fails="resume-1" breaks="5"
# exercise: resume
def resume(folder, total, rate, slopes):
    w, step = tf.Variable(0.0), tf.Variable(0)
    optimizer = keras.optimizers.SGD(rate, momentum=0.9)
    optimizer.build([w])
    manager = tf.train.CheckpointManager(tf.train.Checkpoint(w=w, optimizer=optimizer), str(folder), max_to_keep=1)
    manager.restore_or_initialize()
    if int(optimizer.iterations) > total:
        raise ValueError("already reached")
    for i in range(int(optimizer.iterations), total):
        optimizer.apply([tf.constant(slopes[i])], [w])
    manager.save()
    return float(w)


# %% exercise="resume" answer="one memory for all folders" expect="wrong" fails="resume-1" breaks="6"
# exercise: resume
MEMORY = {"w": 0.0, "speed": 0.0, "done": 0}


def resume(folder, total, rate, slopes):
    while MEMORY["done"] < total:
        MEMORY["speed"] = 0.9 * MEMORY["speed"] - rate * slopes[MEMORY["done"]]
        MEMORY["w"] += MEMORY["speed"]
        MEMORY["done"] += 1
    return MEMORY["w"]


# %% exercise="squeeze" answer="four attributes" expect="right"
# exercise: squeeze
@keras.saving.register_keras_serializable(package="course")
class Squeeze(layers.Layer):
    def __init__(self, low=0.0, high=1.0, slope=1.0, start=0.0, **kwargs):
        super().__init__(**kwargs)
        self.low, self.high, self.slope, self.start = low, high, slope, start

    def build(self, input_shape):
        self.middle = self.add_weight(name="middle", shape=(), initializer=keras.initializers.Constant(self.start))

    def call(self, x):
        return self.low + (self.high - self.low) * tf.sigmoid(self.slope * (x - self.middle))

    def get_config(self):
        return {**super().get_config(), "low": self.low, "high": self.high, "slope": self.slope, "start": self.start}


# %% exercise="squeeze" answer="registered after the class, weight made in __init__" expect="right"
# exercise: squeeze
class Squeeze(keras.Layer):
    def __init__(self, low=0.0, high=1.0, slope=1.0, start=0.0, **kwargs):
        super().__init__(**kwargs)
        self.low = low
        self.high = high
        self.slope = slope
        self.start = start
        self.middle = self.add_weight(shape=(), name="middle", initializer=lambda shape, dtype: tf.cast(start, dtype))

    def call(self, x):
        share = keras.ops.sigmoid((x - self.middle) * self.slope)
        return self.high * share + self.low * (1 - share)

    def get_config(self):
        config = super().get_config()
        config.update(low=self.low, high=self.high, slope=self.slope, start=self.start)
        return config


keras.saving.register_keras_serializable("course")(Squeeze)


# %% exercise="squeeze" answer="tanh in place of sigmoid" expect="right"
# exercise: squeeze
@keras.saving.register_keras_serializable(package="course")
class Squeeze(layers.Layer):
    def __init__(self, low=0.0, high=1.0, slope=1.0, start=0.0, **kwargs):
        super().__init__(**kwargs)
        self.low, self.high, self.slope, self.start = low, high, slope, start

    def build(self, input_shape):
        self.middle = self.add_weight(name="middle", shape=(), initializer=keras.initializers.Constant(self.start))

    def call(self, x):
        return (self.low + self.high) / 2 + (self.high - self.low) / 2 * tf.tanh(self.slope * (x - self.middle) / 2)

    def get_config(self):
        return {**super().get_config(), "low": self.low, "high": self.high, "slope": self.slope, "start": self.start}


# %% exercise="squeeze" answer="middle is not trained" expect="wrong" fails="squeeze-1" says="trained weights" breaks="1"
# exercise: squeeze
@keras.saving.register_keras_serializable(package="course")
class Squeeze(layers.Layer):
    def __init__(self, low=0.0, high=1.0, slope=1.0, start=0.0, **kwargs):
        super().__init__(**kwargs)
        self.low, self.high, self.slope, self.start = low, high, slope, start

    def build(self, input_shape):
        self.middle = self.add_weight(
            name="middle", shape=(), initializer=keras.initializers.Constant(self.start), trainable=False
        )

    def call(self, x):
        return self.low + (self.high - self.low) * tf.sigmoid(self.slope * (x - self.middle))

    def get_config(self):
        return {**super().get_config(), "low": self.low, "high": self.high, "slope": self.slope, "start": self.start}


# %% exercise="squeeze" answer="middle begins with 0" expect="wrong" fails="squeeze-1" breaks="1"
# exercise: squeeze
@keras.saving.register_keras_serializable(package="course")
class Squeeze(layers.Layer):
    def __init__(self, low=0.0, high=1.0, slope=1.0, start=0.0, **kwargs):
        super().__init__(**kwargs)
        self.low, self.high, self.slope, self.start = low, high, slope, start

    def build(self, input_shape):
        self.middle = self.add_weight(name="middle", shape=(), initializer="zeros")

    def call(self, x):
        return self.low + (self.high - self.low) * tf.sigmoid(self.slope * (x - self.middle))

    def get_config(self):
        return {**super().get_config(), "low": self.low, "high": self.high, "slope": self.slope, "start": self.start}


# %% exercise="squeeze" answer="a second weight" expect="wrong" fails="squeeze-1" says="trained weights" breaks="1"
# exercise: squeeze
@keras.saving.register_keras_serializable(package="course")
class Squeeze(layers.Layer):
    def __init__(self, low=0.0, high=1.0, slope=1.0, start=0.0, **kwargs):
        super().__init__(**kwargs)
        self.low, self.high, self.slope, self.start = low, high, slope, start

    def build(self, input_shape):
        self.middle = self.add_weight(name="middle", shape=(), initializer=keras.initializers.Constant(self.start))
        self.scale = self.add_weight(name="scale", shape=(), initializer="ones")

    def call(self, x):
        return self.low + (self.high - self.low) * tf.sigmoid(self.slope * self.scale * (x - self.middle))

    def get_config(self):
        return {**super().get_config(), "low": self.low, "high": self.high, "slope": self.slope, "start": self.start}


# %% exercise="squeeze" answer="high is not subtracted from" expect="wrong" fails="squeeze-1" breaks="2"
# exercise: squeeze
@keras.saving.register_keras_serializable(package="course")
class Squeeze(layers.Layer):
    def __init__(self, low=0.0, high=1.0, slope=1.0, start=0.0, **kwargs):
        super().__init__(**kwargs)
        self.low, self.high, self.slope, self.start = low, high, slope, start

    def build(self, input_shape):
        self.middle = self.add_weight(name="middle", shape=(), initializer=keras.initializers.Constant(self.start))

    def call(self, x):
        return self.low + self.high * tf.sigmoid(self.slope * (x - self.middle))

    def get_config(self):
        return {**super().get_config(), "low": self.low, "high": self.high, "slope": self.slope, "start": self.start}


# %% exercise="squeeze" answer="middle subtracted after the slope" expect="wrong" fails="squeeze-1" breaks="2"
# exercise: squeeze
@keras.saving.register_keras_serializable(package="course")
class Squeeze(layers.Layer):
    def __init__(self, low=0.0, high=1.0, slope=1.0, start=0.0, **kwargs):
        super().__init__(**kwargs)
        self.low, self.high, self.slope, self.start = low, high, slope, start

    def build(self, input_shape):
        self.middle = self.add_weight(name="middle", shape=(), initializer=keras.initializers.Constant(self.start))

    def call(self, x):
        return self.low + (self.high - self.low) * tf.sigmoid(self.slope * x - self.middle)

    def get_config(self):
        return {**super().get_config(), "low": self.low, "high": self.high, "slope": self.slope, "start": self.start}


# %% exercise="squeeze" answer="clipped" expect="wrong" fails="squeeze-1" breaks="2"
# exercise: squeeze
@keras.saving.register_keras_serializable(package="course")
class Squeeze(layers.Layer):
    def __init__(self, low=0.0, high=1.0, slope=1.0, start=0.0, **kwargs):
        super().__init__(**kwargs)
        self.low, self.high, self.slope, self.start = low, high, slope, start

    def build(self, input_shape):
        self.middle = self.add_weight(name="middle", shape=(), initializer=keras.initializers.Constant(self.start))

    def call(self, x):
        return tf.clip_by_value(self.slope * (x - self.middle), self.low, self.high)

    def get_config(self):
        return {**super().get_config(), "low": self.low, "high": self.high, "slope": self.slope, "start": self.start}


# %% exercise="squeeze" answer="settings not returned" expect="wrong" fails="squeeze-1" says="The settings are lost" breaks="3"
# exercise: squeeze
@keras.saving.register_keras_serializable(package="course")
class Squeeze(layers.Layer):
    def __init__(self, low=0.0, high=1.0, slope=1.0, start=0.0, **kwargs):
        super().__init__(**kwargs)
        self.low, self.high, self.slope, self.start = low, high, slope, start

    def build(self, input_shape):
        self.middle = self.add_weight(name="middle", shape=(), initializer=keras.initializers.Constant(self.start))

    def call(self, x):
        return self.low + (self.high - self.low) * tf.sigmoid(self.slope * (x - self.middle))

    def get_config(self):
        return super().get_config()


# %% exercise="squeeze" answer="start not returned" expect="wrong" fails="squeeze-1" breaks="3"
# exercise: squeeze
@keras.saving.register_keras_serializable(package="course")
class Squeeze(layers.Layer):
    def __init__(self, low=0.0, high=1.0, slope=1.0, start=0.0, **kwargs):
        super().__init__(**kwargs)
        self.low, self.high, self.slope, self.start = low, high, slope, start

    def build(self, input_shape):
        self.middle = self.add_weight(name="middle", shape=(), initializer=keras.initializers.Constant(self.start))

    def call(self, x):
        return self.low + (self.high - self.low) * tf.sigmoid(self.slope * (x - self.middle))

    def get_config(self):
        return {**super().get_config(), "low": self.low, "high": self.high, "slope": self.slope}


# %% exercise="squeeze" answer="slope not returned" expect="wrong" fails="squeeze-1" breaks="3"
# exercise: squeeze
@keras.saving.register_keras_serializable(package="course")
class Squeeze(layers.Layer):
    def __init__(self, low=0.0, high=1.0, slope=1.0, start=0.0, **kwargs):
        super().__init__(**kwargs)
        self.low, self.high, self.slope, self.start = low, high, slope, start

    def build(self, input_shape):
        self.middle = self.add_weight(name="middle", shape=(), initializer=keras.initializers.Constant(self.start))

    def call(self, x):
        return self.low + (self.high - self.low) * tf.sigmoid(self.slope * (x - self.middle))

    def get_config(self):
        return {**super().get_config(), "low": self.low, "high": self.high, "start": self.start}


# %% exercise="squeeze" answer="the weight is not read" expect="wrong" fails="squeeze-1" says="The trained weight is lost" breaks="4"
# exercise: squeeze
@keras.saving.register_keras_serializable(package="course")
class Squeeze(layers.Layer):
    def __init__(self, low=0.0, high=1.0, slope=1.0, start=0.0, **kwargs):
        super().__init__(**kwargs)
        self.low, self.high, self.slope, self.start = low, high, slope, start

    def build(self, input_shape):
        self.middle = self.add_weight(name="middle", shape=(), initializer=keras.initializers.Constant(self.start))

    def call(self, x):
        return self.low + (self.high - self.low) * tf.sigmoid(self.slope * (x - self.middle))

    def get_config(self):
        return {**super().get_config(), "low": self.low, "high": self.high, "slope": self.slope, "start": self.start}

    def save_own_variables(self, store):
        pass

    def load_own_variables(self, store):
        pass


# %% exercise="squeeze" answer="a plain variable of TensorFlow" expect="wrong" fails="squeeze-1" breaks="1,4"
# exercise: squeeze
@keras.saving.register_keras_serializable(package="course")
class Squeeze(layers.Layer):
    def __init__(self, low=0.0, high=1.0, slope=1.0, start=0.0, **kwargs):
        super().__init__(**kwargs)
        self.low, self.high, self.slope, self.start = low, high, slope, start

    def build(self, input_shape):
        self.middle = tf.Variable(self.start)

    def call(self, x):
        return self.low + (self.high - self.low) * tf.sigmoid(self.slope * (x - self.middle))

    def get_config(self):
        return {**super().get_config(), "low": self.low, "high": self.high, "slope": self.slope, "start": self.start}


# %% exercise="squeeze" answer="without the settings of every layer" expect="wrong" fails="squeeze-1" says="its name" breaks="5"
# exercise: squeeze
@keras.saving.register_keras_serializable(package="course")
class Squeeze(layers.Layer):
    def __init__(self, low=0.0, high=1.0, slope=1.0, start=0.0, **kwargs):
        super().__init__(**kwargs)
        self.low, self.high, self.slope, self.start = low, high, slope, start

    def build(self, input_shape):
        self.middle = self.add_weight(name="middle", shape=(), initializer=keras.initializers.Constant(self.start))

    def call(self, x):
        return self.low + (self.high - self.low) * tf.sigmoid(self.slope * (x - self.middle))

    def get_config(self):
        return {"low": self.low, "high": self.high, "slope": self.slope, "start": self.start}


# %% exercise="squeeze" answer="the name alone" expect="wrong" fails="squeeze-1" breaks="5"
# exercise: squeeze
@keras.saving.register_keras_serializable(package="course")
class Squeeze(layers.Layer):
    def __init__(self, low=0.0, high=1.0, slope=1.0, start=0.0, **kwargs):
        super().__init__(**kwargs)
        self.low, self.high, self.slope, self.start = low, high, slope, start

    def build(self, input_shape):
        self.middle = self.add_weight(name="middle", shape=(), initializer=keras.initializers.Constant(self.start))

    def call(self, x):
        return self.low + (self.high - self.low) * tf.sigmoid(self.slope * (x - self.middle))

    def get_config(self):
        return {"name": self.name, "low": self.low, "high": self.high, "slope": self.slope, "start": self.start}


# %% exercise="squeeze" answer="not registered" expect="wrong" fails="squeeze-1" says="the registered name" breaks="6"
# exercise: squeeze
class Squeeze(layers.Layer):
    def __init__(self, low=0.0, high=1.0, slope=1.0, start=0.0, **kwargs):
        super().__init__(**kwargs)
        self.low, self.high, self.slope, self.start = low, high, slope, start

    def build(self, input_shape):
        self.middle = self.add_weight(name="middle", shape=(), initializer=keras.initializers.Constant(self.start))

    def call(self, x):
        return self.low + (self.high - self.low) * tf.sigmoid(self.slope * (x - self.middle))

    def get_config(self):
        return {**super().get_config(), "low": self.low, "high": self.high, "slope": self.slope, "start": self.start}


# %% exercise="squeeze" answer="registered without a package" expect="wrong" fails="squeeze-1" says="the registered name" breaks="6"
# exercise: squeeze
@keras.saving.register_keras_serializable()
class Squeeze(layers.Layer):
    def __init__(self, low=0.0, high=1.0, slope=1.0, start=0.0, **kwargs):
        super().__init__(**kwargs)
        self.low, self.high, self.slope, self.start = low, high, slope, start

    def build(self, input_shape):
        self.middle = self.add_weight(name="middle", shape=(), initializer=keras.initializers.Constant(self.start))

    def call(self, x):
        return self.low + (self.high - self.low) * tf.sigmoid(self.slope * (x - self.middle))

    def get_config(self):
        return {**super().get_config(), "low": self.low, "high": self.high, "slope": self.slope, "start": self.start}


# %% exercise="fine_tune" answer="freeze, compile, fit, thaw, compile, fit" expect="right"
# exercise: fine_tune
def fine_tune(model, x, y, epochs, rate):
    for layer in model.layers:
        layer.trainable = layer is model.layers[-1]
    model.compile(keras.optimizers.SGD(rate), "mean_squared_error")
    model.fit(x, y, batch_size=4, epochs=epochs[0], shuffle=False, verbose=0)
    for layer in model.layers:
        layer.trainable = not isinstance(layer, layers.BatchNormalization)
    model.compile(keras.optimizers.SGD(rate / 10), "mean_squared_error")
    model.fit(x, y, batch_size=4, epochs=epochs[1], shuffle=False, verbose=0)
    return model


# %% exercise="fine_tune" answer="a loop over the phases, in graphs" expect="right"
# exercise: fine_tune
def fine_tune(model, x, y, epochs, rate):
    for phase in (0, 1):
        for layer in model.layers[:-1]:
            layer.trainable = phase == 1 and not isinstance(layer, layers.BatchNormalization)
        model.layers[-1].trainable = True
        model.compile(optimizer=keras.optimizers.SGD(rate * 0.1**phase), loss=keras.losses.MeanSquaredError())
        model.fit(x, y, batch_size=4, epochs=epochs[phase], shuffle=False, verbose=0)
    return model


# %% exercise="fine_tune" answer="loops of its own" expect="right"
# exercise: fine_tune
def fine_tune(model, x, y, epochs, rate):
    head = [weight for weight in model.layers[-1].weights]
    normal = [layer for layer in model.layers if isinstance(layer, layers.BatchNormalization)]
    others = [w for layer in model.layers if layer not in normal for w in layer.weights]
    for variables, number, step in ((head, epochs[0], rate), (others, epochs[1], rate / 10)):
        for layer in model.layers:
            layer.trainable = layer not in normal
        for _ in range(number):
            for first in range(0, len(x), 4):
                with tf.GradientTape() as tape:
                    error = tf.reduce_mean((y[first : first + 4] - model(x[first : first + 4], training=False)) ** 2)
                for weight, slope in zip(variables, tape.gradient(error, [w.value for w in variables])):
                    weight.assign_sub(step * slope)
    return model


# %% exercise="fine_tune" answer="the loss that the model came with" expect="wrong" fails="fine_tune-1" breaks="7" says="for the absolute error before"
# exercise: fine_tune
def fine_tune(model, x, y, epochs, rate):
    for phase in (0, 1):
        for layer in model.layers[:-1]:
            layer.trainable = phase == 1 and not isinstance(layer, layers.BatchNormalization)
        model.layers[-1].trainable = True
        model.compile(keras.optimizers.SGD(rate * 0.1**phase))
        model.fit(x, y, batch_size=4, epochs=epochs[phase], shuffle=False, verbose=0)
    return model


# %% exercise="fine_tune" answer="as it was" expect="wrong" fails="fine_tune-1"
# exercise: fine_tune
def fine_tune(model, x, y, epochs, rate):
    model.compile(keras.optimizers.SGD(rate), "mean_squared_error")
    for layer in model.layers[:-1]:
        layer.trainable = False
    model.fit(x, y, batch_size=4, epochs=epochs[0], shuffle=False, verbose=0)
    for layer in model.layers:
        layer.trainable = True
    model.optimizer.learning_rate = rate / 10
    model.fit(x, y, batch_size=4, epochs=epochs[1], shuffle=False, verbose=0)
    return model


# %% exercise="fine_tune" answer="a tenth in both phases" expect="wrong" fails="fine_tune-1" breaks="1"
# exercise: fine_tune
def fine_tune(model, x, y, epochs, rate):
    for layer in model.layers:
        layer.trainable = layer is model.layers[-1]
    model.compile(keras.optimizers.SGD(rate / 10), "mean_squared_error")
    model.fit(x, y, batch_size=4, epochs=epochs[0], shuffle=False, verbose=0)
    for layer in model.layers:
        layer.trainable = not isinstance(layer, layers.BatchNormalization)
    model.compile(keras.optimizers.SGD(rate / 10), "mean_squared_error")
    model.fit(x, y, batch_size=4, epochs=epochs[1], shuffle=False, verbose=0)
    return model


# %% exercise="fine_tune" answer="the head may stay frozen" expect="wrong" fails="fine_tune-1" breaks="2"
# exercise: fine_tune
def fine_tune(model, x, y, epochs, rate):
    for layer in model.layers[:-1]:
        layer.trainable = False
    model.compile(keras.optimizers.SGD(rate), "mean_squared_error")
    model.fit(x, y, batch_size=4, epochs=epochs[0], shuffle=False, verbose=0)
    for layer in model.layers:
        layer.trainable = not isinstance(layer, layers.BatchNormalization)
    model.compile(keras.optimizers.SGD(rate / 10), "mean_squared_error")
    model.fit(x, y, batch_size=4, epochs=epochs[1], shuffle=False, verbose=0)
    return model


# %% exercise="fine_tune" answer="nothing frozen but normalisation" expect="wrong" fails="fine_tune-1" says="Freeze, then compile" breaks="2"
# exercise: fine_tune
def fine_tune(model, x, y, epochs, rate):
    for layer in model.layers:
        layer.trainable = not isinstance(layer, layers.BatchNormalization)
    model.compile(keras.optimizers.SGD(rate), "mean_squared_error")
    model.fit(x, y, batch_size=4, epochs=epochs[0], shuffle=False, verbose=0)
    for layer in model.layers:
        layer.trainable = not isinstance(layer, layers.BatchNormalization)
    model.compile(keras.optimizers.SGD(rate / 10), "mean_squared_error")
    model.fit(x, y, batch_size=4, epochs=epochs[1], shuffle=False, verbose=0)
    return model


# %% exercise="fine_tune" answer="not compiled again" expect="wrong" fails="fine_tune-1" breaks="3"
# exercise: fine_tune
def fine_tune(model, x, y, epochs, rate):
    for layer in model.layers:
        layer.trainable = layer is model.layers[-1]
    model.compile(keras.optimizers.SGD(rate), "mean_squared_error")
    model.fit(x, y, batch_size=4, epochs=epochs[0], shuffle=False, verbose=0)
    for layer in model.layers:
        layer.trainable = not isinstance(layer, layers.BatchNormalization)
    model.optimizer.learning_rate = rate / 10
    model.fit(x, y, batch_size=4, epochs=epochs[1], shuffle=False, verbose=0)
    return model


# %% exercise="fine_tune" answer="only the first and the last are thawed" expect="wrong" fails="fine_tune-1" breaks="3"
# exercise: fine_tune
def fine_tune(model, x, y, epochs, rate):
    for layer in model.layers:
        layer.trainable = layer is model.layers[-1]
    model.compile(keras.optimizers.SGD(rate), "mean_squared_error")
    model.fit(x, y, batch_size=4, epochs=epochs[0], shuffle=False, verbose=0)
    for layer in model.layers:
        layer.trainable = layer in (model.layers[1], model.layers[-1])
    model.compile(keras.optimizers.SGD(rate / 10), "mean_squared_error")
    model.fit(x, y, batch_size=4, epochs=epochs[1], shuffle=False, verbose=0)
    return model


# %% exercise="fine_tune" answer="the head rests in the second phase" expect="wrong" fails="fine_tune-1" breaks="3"
# exercise: fine_tune
def fine_tune(model, x, y, epochs, rate):
    for layer in model.layers:
        layer.trainable = layer is model.layers[-1]
    model.compile(keras.optimizers.SGD(rate), "mean_squared_error")
    model.fit(x, y, batch_size=4, epochs=epochs[0], shuffle=False, verbose=0)
    for layer in model.layers:
        layer.trainable = layer is not model.layers[-1] and not isinstance(layer, layers.BatchNormalization)
    model.compile(keras.optimizers.SGD(rate / 10), "mean_squared_error")
    model.fit(x, y, batch_size=4, epochs=epochs[1], shuffle=False, verbose=0)
    return model


# %% exercise="fine_tune" answer="the same rate" expect="wrong" fails="fine_tune-1" breaks="4"
# exercise: fine_tune
def fine_tune(model, x, y, epochs, rate):
    for layer in model.layers:
        layer.trainable = layer is model.layers[-1]
    model.compile(keras.optimizers.SGD(rate), "mean_squared_error")
    model.fit(x, y, batch_size=4, epochs=epochs[0], shuffle=False, verbose=0)
    for layer in model.layers:
        layer.trainable = not isinstance(layer, layers.BatchNormalization)
    model.compile(keras.optimizers.SGD(rate), "mean_squared_error")
    model.fit(x, y, batch_size=4, epochs=epochs[1], shuffle=False, verbose=0)
    return model


# %% exercise="fine_tune" answer="a hundredth" expect="wrong" fails="fine_tune-1" breaks="4"
# exercise: fine_tune
def fine_tune(model, x, y, epochs, rate):
    for layer in model.layers:
        layer.trainable = layer is model.layers[-1]
    model.compile(keras.optimizers.SGD(rate), "mean_squared_error")
    model.fit(x, y, batch_size=4, epochs=epochs[0], shuffle=False, verbose=0)
    for layer in model.layers:
        layer.trainable = not isinstance(layer, layers.BatchNormalization)
    model.compile(keras.optimizers.SGD(rate / 100), "mean_squared_error")
    model.fit(x, y, batch_size=4, epochs=epochs[1], shuffle=False, verbose=0)
    return model


# %% exercise="fine_tune" answer="normalisation is thawed" expect="wrong" fails="fine_tune-1" says="stays frozen in both phases" breaks="5"
# exercise: fine_tune
def fine_tune(model, x, y, epochs, rate):
    for layer in model.layers:
        layer.trainable = layer is model.layers[-1]
    model.compile(keras.optimizers.SGD(rate), "mean_squared_error")
    model.fit(x, y, batch_size=4, epochs=epochs[0], shuffle=False, verbose=0)
    for layer in model.layers:
        layer.trainable = True
    model.compile(keras.optimizers.SGD(rate / 10), "mean_squared_error")
    model.fit(x, y, batch_size=4, epochs=epochs[1], shuffle=False, verbose=0)
    return model


# %% exercise="fine_tune" answer="normalisation is never frozen" expect="wrong" fails="fine_tune-1" says="Freeze, then compile" breaks="5"
# exercise: fine_tune
def fine_tune(model, x, y, epochs, rate):
    for layer in model.layers:
        layer.trainable = layer is model.layers[-1] or isinstance(layer, layers.BatchNormalization)
    model.compile(keras.optimizers.SGD(rate), "mean_squared_error")
    model.fit(x, y, batch_size=4, epochs=epochs[0], shuffle=False, verbose=0)
    for layer in model.layers:
        layer.trainable = not isinstance(layer, layers.BatchNormalization)
    model.compile(keras.optimizers.SGD(rate / 10), "mean_squared_error")
    model.fit(x, y, batch_size=4, epochs=epochs[1], shuffle=False, verbose=0)
    return model


# %% exercise="fine_tune" answer="epochs exchanged" expect="wrong" fails="fine_tune-1" breaks="6"
# exercise: fine_tune
def fine_tune(model, x, y, epochs, rate):
    for layer in model.layers:
        layer.trainable = layer is model.layers[-1]
    model.compile(keras.optimizers.SGD(rate), "mean_squared_error")
    model.fit(x, y, batch_size=4, epochs=epochs[1], shuffle=False, verbose=0)
    for layer in model.layers:
        layer.trainable = not isinstance(layer, layers.BatchNormalization)
    model.compile(keras.optimizers.SGD(rate / 10), "mean_squared_error")
    model.fit(x, y, batch_size=4, epochs=epochs[0], shuffle=False, verbose=0)
    return model


# %% exercise="fine_tune" answer="second phase as long as the first" expect="wrong" fails="fine_tune-1" breaks="6"
# exercise: fine_tune
def fine_tune(model, x, y, epochs, rate):
    for layer in model.layers:
        layer.trainable = layer is model.layers[-1]
    model.compile(keras.optimizers.SGD(rate), "mean_squared_error")
    model.fit(x, y, batch_size=4, epochs=epochs[0], shuffle=False, verbose=0)
    for layer in model.layers:
        layer.trainable = not isinstance(layer, layers.BatchNormalization)
    model.compile(keras.optimizers.SGD(rate / 10), "mean_squared_error")
    model.fit(x, y, batch_size=4, epochs=epochs[0], shuffle=False, verbose=0)
    return model


# %% exercise="restore_or_fail" answer="two sets" expect="right"
# exercise: restore_or_fail
def restore_or_fail(model, path):
    wanted = {f"{layer.name}/{weight.name}": weight for layer in model.layers for weight in layer.weights}
    with np.load(path) as file:
        found = {name: file[name] for name in file.files}
    wrong = sorted(set(wanted) ^ set(found))
    wrong += [name for name in wanted if name in found and found[name].shape != wanted[name].shape]
    if wrong:
        raise ValueError(f"these do not agree: {', '.join(wrong)}")
    for name, weight in wanted.items():
        weight.assign(found[name])


# %% exercise="restore_or_fail" answer="one dictionary of shapes for each side" expect="right"
# exercise: restore_or_fail
def restore_or_fail(model, path):
    arrays = np.load(str(path))
    theirs = {name: arrays[name].shape for name in arrays.files}
    weights = [(f"{layer.name}/{weight.name}", weight) for layer in model.layers for weight in layer.weights]
    mine = {name: tuple(weight.shape) for name, weight in weights}
    bad = {name for name in mine.keys() | theirs.keys() if mine.get(name, "none") != theirs.get(name, "none")}
    if bad:
        raise ValueError("\n".join(sorted(bad)))
    for name, weight in weights:
        weight.assign(arrays[name])


# %% exercise="restore_or_fail" answer="set_weights of the whole model" expect="right"
# exercise: restore_or_fail
def restore_or_fail(model, path):
    names = []
    for layer in model.layers:
        names.extend(f"{layer.name}/{weight.name}" for weight in layer.weights)
    file = dict(np.load(path))
    shapes = dict(zip(names, (w.shape for w in model.get_weights())))
    complaints = [f"{name} is missing" for name in names if name not in file]
    complaints += [f"{name} is unknown" for name in file if name not in shapes]
    complaints += [f"{name} has the shape {file[name].shape}" for name in names if name in file and file[name].shape != shapes[name]]
    if complaints:
        raise ValueError("; ".join(complaints))
    by_variable = {id(w): file[f"{layer.name}/{w.name}"] for layer in model.layers for w in layer.weights}
    model.set_weights([by_variable[id(w)] for w in model.weights])


# %% exercise="restore_or_fail" answer="in the order of the file" expect="wrong" fails="restore_or_fail-1" breaks="1"
# exercise: restore_or_fail
def restore_or_fail(model, path):
    wanted = {f"{layer.name}/{weight.name}": weight for layer in model.layers for weight in layer.weights}
    with np.load(path) as file:
        found = {name: file[name] for name in file.files}
    wrong = sorted(set(wanted) ^ set(found))
    wrong += [name for name in wanted if name in found and found[name].shape != tuple(wanted[name].shape)]
    if wrong:
        raise ValueError(f"these do not agree: {', '.join(wrong)}")
    for weight, array in zip(wanted.values(), found.values()):
        if tuple(weight.shape) == array.shape:
            weight.assign(array)


# %% exercise="restore_or_fail" answer="nothing is assigned" expect="wrong" fails="restore_or_fail-1" says="the weights" breaks="1"
# exercise: restore_or_fail
def restore_or_fail(model, path):
    wanted = {f"{layer.name}/{weight.name}": weight for layer in model.layers for weight in layer.weights}
    with np.load(path) as file:
        found = {name: file[name] for name in file.files}
    wrong = sorted(set(wanted) ^ set(found))
    wrong += [name for name in wanted if name in found and found[name].shape != tuple(wanted[name].shape)]
    if wrong:
        raise ValueError(f"these do not agree: {', '.join(wrong)}")


# %% exercise="restore_or_fail" answer="kernels alone" expect="wrong" fails="restore_or_fail-1" breaks="1"
# exercise: restore_or_fail
def restore_or_fail(model, path):
    wanted = {f"{layer.name}/{weight.name}": weight for layer in model.layers for weight in layer.weights}
    with np.load(path) as file:
        found = {name: file[name] for name in file.files}
    wrong = sorted(set(wanted) ^ set(found))
    wrong += [name for name in wanted if name in found and found[name].shape != tuple(wanted[name].shape)]
    if wrong:
        raise ValueError(f"these do not agree: {', '.join(wrong)}")
    for name, weight in wanted.items():
        if name.endswith("kernel"):
            weight.assign(found[name])


# %% exercise="restore_or_fail" answer="returns the model" expect="wrong" fails="restore_or_fail-1" breaks="1"
# exercise: restore_or_fail
def restore_or_fail(model, path):
    wanted = {f"{layer.name}/{weight.name}": weight for layer in model.layers for weight in layer.weights}
    with np.load(path) as file:
        found = {name: file[name] for name in file.files}
    wrong = sorted(set(wanted) ^ set(found))
    wrong += [name for name in wanted if name in found and found[name].shape != tuple(wanted[name].shape)]
    if wrong:
        raise ValueError(f"these do not agree: {', '.join(wrong)}")
    for name, weight in wanted.items():
        weight.assign(found[name])
    return model


# %% exercise="restore_or_fail" answer="assigned on the way" expect="wrong" fails="restore_or_fail-1" says="Weights were changed before the error" breaks="2"
# exercise: restore_or_fail
def restore_or_fail(model, path):
    wanted = {f"{layer.name}/{weight.name}": weight for layer in model.layers for weight in layer.weights}
    with np.load(path) as file:
        found = {name: file[name] for name in file.files}
    wrong = sorted(set(found) - set(wanted))
    for name, weight in wanted.items():
        if name not in found or found[name].shape != tuple(weight.shape):
            wrong.append(name)
        else:
            weight.assign(found[name])
    if wrong:
        raise ValueError(f"these do not agree: {', '.join(wrong)}")


# %% exercise="restore_or_fail" answer="what is not in the file is left out of the message" expect="wrong" fails="restore_or_fail-1" says="Name what the model has" breaks="3"
# exercise: restore_or_fail
def restore_or_fail(model, path):
    wanted = {f"{layer.name}/{weight.name}": weight for layer in model.layers for weight in layer.weights}
    with np.load(path) as file:
        found = {name: file[name] for name in file.files}
    missing = [name for name in wanted if name not in found]
    wrong = [name for name in found if name not in wanted or found[name].shape != tuple(wanted[name].shape)]
    if missing or wrong:
        raise ValueError(f"{len(missing)} missing; these do not agree: {', '.join(wrong)}")
    for name, weight in wanted.items():
        weight.assign(found[name])


# %% exercise="restore_or_fail" answer="what the model has not is left out of the message" expect="wrong" fails="restore_or_fail-1" says="Name what the file has" breaks="4"
# exercise: restore_or_fail
def restore_or_fail(model, path):
    wanted = {f"{layer.name}/{weight.name}": weight for layer in model.layers for weight in layer.weights}
    with np.load(path) as file:
        found = {name: file[name] for name in file.files}
    unknown = [name for name in found if name not in wanted]
    wrong = [name for name in wanted if name not in found or found[name].shape != tuple(wanted[name].shape)]
    if unknown or wrong:
        raise ValueError(f"{len(unknown)} unknown; these do not agree: {', '.join(wrong)}")
    for name, weight in wanted.items():
        weight.assign(found[name])


# %% exercise="restore_or_fail" answer="what is too many does not matter" expect="wrong" fails="restore_or_fail-1" says="Name what the file has" breaks="4"
# exercise: restore_or_fail
def restore_or_fail(model, path):
    wanted = {f"{layer.name}/{weight.name}": weight for layer in model.layers for weight in layer.weights}
    with np.load(path) as file:
        found = {name: file[name] for name in file.files}
    wrong = [name for name in wanted if name not in found or found[name].shape != tuple(wanted[name].shape)]
    if wrong:
        raise ValueError(f"these do not agree: {', '.join(wrong)}")
    for name, weight in wanted.items():
        weight.assign(found[name])


# %% exercise="restore_or_fail" answer="shapes are not compared" expect="wrong" fails="restore_or_fail-1" says="another width" breaks="5"
# exercise: restore_or_fail
def restore_or_fail(model, path):
    wanted = {f"{layer.name}/{weight.name}": weight for layer in model.layers for weight in layer.weights}
    with np.load(path) as file:
        found = {name: file[name] for name in file.files}
    wrong = sorted(set(wanted) ^ set(found))
    if wrong:
        raise ValueError(f"these do not agree: {', '.join(wrong)}")
    for name, weight in wanted.items():
        weight.assign(found[name])


# %% exercise="restore_or_fail" answer="sizes compared, not shapes" expect="wrong" fails="restore_or_fail-1" breaks="5"
# exercise: restore_or_fail
def restore_or_fail(model, path):
    wanted = {f"{layer.name}/{weight.name}": weight for layer in model.layers for weight in layer.weights}
    with np.load(path) as file:
        found = {name: file[name] for name in file.files}
    wrong = sorted(set(wanted) ^ set(found))
    wrong += [name for name in wanted if name in found and found[name].size != np.size(wanted[name])]
    if wrong:
        raise ValueError(f"these do not agree: {', '.join(wrong)}")
    for name, weight in wanted.items():
        weight.assign(found[name].reshape(weight.shape))


# %% exercise="restore_or_fail" answer="the first one only" expect="wrong" fails="restore_or_fail-1" breaks="6"
# exercise: restore_or_fail
def restore_or_fail(model, path):
    wanted = {f"{layer.name}/{weight.name}": weight for layer in model.layers for weight in layer.weights}
    with np.load(path) as file:
        found = {name: file[name] for name in file.files}
    wrong = sorted(set(wanted) ^ set(found))
    wrong += [name for name in wanted if name in found and found[name].shape != tuple(wanted[name].shape)]
    if wrong:
        raise ValueError(f"these do not agree: {wrong[0]}")
    for name, weight in wanted.items():
        weight.assign(found[name])


# %% exercise="restore_or_fail" answer="shapes only if all names agree" expect="wrong" fails="restore_or_fail-1" breaks="6"
# exercise: restore_or_fail
def restore_or_fail(model, path):
    wanted = {f"{layer.name}/{weight.name}": weight for layer in model.layers for weight in layer.weights}
    with np.load(path) as file:
        found = {name: file[name] for name in file.files}
    wrong = sorted(set(wanted) ^ set(found))
    wrong = wrong or [name for name in wanted if found[name].shape != tuple(wanted[name].shape)]
    if wrong:
        raise ValueError(f"these do not agree: {', '.join(wrong)}")
    for name, weight in wanted.items():
        weight.assign(found[name])


# %% exercise="restore_or_fail" answer="all names there are" expect="wrong" fails="restore_or_fail-1" breaks="6"
# exercise: restore_or_fail
def restore_or_fail(model, path):
    wanted = {f"{layer.name}/{weight.name}": weight for layer in model.layers for weight in layer.weights}
    with np.load(path) as file:
        found = {name: file[name] for name in file.files}
    wrong = sorted(set(wanted) ^ set(found))
    wrong += [name for name in wanted if name in found and found[name].shape != tuple(wanted[name].shape)]
    if wrong:
        raise ValueError(f"these do not agree: {sorted({*wanted, *found})}")
    for name, weight in wanted.items():
        weight.assign(found[name])


# %% exercise="restore_or_fail" answer="only what is trained" expect="wrong" fails="restore_or_fail-1" breaks="7"
# exercise: restore_or_fail
def restore_or_fail(model, path):
    wanted = {f"{layer.name}/{weight.name}": weight for layer in model.layers for weight in layer.trainable_weights}
    with np.load(path) as file:
        found = {name: file[name] for name in file.files}
    wrong = sorted(set(wanted) ^ set(found))
    wrong += [name for name in wanted if name in found and found[name].shape != tuple(wanted[name].shape)]
    if wrong:
        raise ValueError(f"these do not agree: {', '.join(wrong)}")
    for name, weight in wanted.items():
        weight.assign(found[name])


# %% exercise="restore_or_fail" answer="running values are passed over" expect="wrong" fails="restore_or_fail-1" breaks="7"
# exercise: restore_or_fail
def restore_or_fail(model, path):
    wanted = {f"{layer.name}/{weight.name}": weight for layer in model.layers for weight in layer.weights}
    with np.load(path) as file:
        found = {name: file[name] for name in file.files}
    wrong = sorted(name for name in set(wanted) ^ set(found) if "moving" not in name)
    wrong += [name for name in wanted if name in found and found[name].shape != tuple(wanted[name].shape)]
    if wrong:
        raise ValueError(f"these do not agree: {', '.join(wrong)}")
    for name, weight in wanted.items():
        if "moving" not in name:
            weight.assign(found[name])


# %% exercise="freeze" answer="the first layer left out" expect="wrong" fails="freeze-1"
# exercise: freeze
def freeze(model, n):
    for place, layer in enumerate(model.layers[1:]):
        layer.trainable = place >= n
    trained = sum(int(np.prod(v.shape)) for v in model.trainable_variables)
    return trained, model.count_params() - trained


# %% exercise="transplant" answer="half a layer overwritten" expect="wrong" fails="transplant-1"
# exercise: transplant
def transplant(source, target):
    left = []
    for layer in target.layers:
        try:
            layer.set_weights(source.get_layer(layer.name).get_weights())
        except ValueError:
            if layer.weights:
                left.append(layer.name)
    return sorted(left)


# %% exercise="resume" answer="slopes from the beginning again" expect="wrong" fails="resume-1" says="taken anew"
# exercise: resume
def resume(folder, total, rate, slopes):
    note = folder / "steps.txt"
    done = int(note.read_text()) if note.exists() else 0
    total = max(total, done)
    w = tf.Variable(0.0)
    optimizer = keras.optimizers.SGD(rate, momentum=0.9)
    for i in range(total):
        optimizer.apply([tf.constant(slopes[i])], [w])
    note.write_text(str(total))
    return float(w)


# %% exercise="squeeze" answer="name and dtype by hand" expect="wrong" fails="squeeze-1" breaks="5"
# exercise: squeeze
@keras.saving.register_keras_serializable(package="course")
class Squeeze(layers.Layer):
    def __init__(self, low=0.0, high=1.0, slope=1.0, start=0.0, **kwargs):
        super().__init__(**kwargs)
        self.low, self.high, self.slope, self.start = low, high, slope, start

    def build(self, input_shape):
        self.middle = self.add_weight(name="middle", shape=(), initializer=keras.initializers.Constant(self.start))

    def call(self, x):
        return self.low + (self.high - self.low) * tf.sigmoid(self.slope * (x - self.middle))

    def get_config(self):
        return {"name": self.name, "dtype": self.dtype, "low": self.low, "high": self.high, "slope": self.slope, "start": self.start}


# %% exercise="squeeze" answer="a vector of one weight" expect="error" fails="squeeze-1"
# exercise: squeeze
@keras.saving.register_keras_serializable(package="course")
class Squeeze(layers.Layer):
    def __init__(self, low=0.0, high=1.0, slope=1.0, start=0.0, **kwargs):
        super().__init__(**kwargs)
        self.low, self.high, self.slope, self.start = low, high, slope, start

    def build(self, input_shape):
        self.middle = self.add_weight(name="middle", shape=(1,), initializer=keras.initializers.Constant(self.start))

    def call(self, x):
        return self.low + (self.high - self.low) * tf.sigmoid(self.slope * (x - self.middle))

    def get_config(self):
        return {**super().get_config(), "low": self.low, "high": self.high, "slope": self.slope, "start": self.start}


# %% exercise="fine_tune" answer="the second phase shuffles" expect="wrong" fails="fine_tune-1" breaks="8"
# exercise: fine_tune
def fine_tune(model, x, y, epochs, rate):
    for phase in (0, 1):
        for layer in model.layers:
            normal = "Normalization" in type(layer).__name__
            layer.trainable = layer is model.layers[-1] or phase == 1 and not normal
        model.compile(keras.optimizers.SGD(rate / 10**phase), "mean_squared_error")
        model.fit(x, y, batch_size=4, epochs=epochs[phase], shuffle=phase == 1, verbose=0)
    return model


# %% exercise="restore_or_fail" answer="names first, shapes later" expect="wrong" fails="restore_or_fail-1"
# exercise: restore_or_fail
def restore_or_fail(model, path):
    wanted = {f"{layer.name}/{weight.name}": weight for layer in model.layers for weight in layer.weights}
    with np.load(path) as file:
        found = {name: file[name] for name in file.files}
    wrong = sorted(set(wanted) ^ set(found))
    if wrong:
        raise ValueError(f"missing on one side: {wrong}")
    wrong = [name for name in wanted if tuple(wanted[name].shape) != found[name].shape]
    if wrong:
        raise ValueError(f"other shapes: {wrong}")
    for name, weight in wanted.items():
        weight.assign(found[name])


# %% exercise="restore_or_fail" answer="sizes in place of shapes" expect="wrong" fails="restore_or_fail-1"
# exercise: restore_or_fail
def restore_or_fail(model, path):
    wanted = {f"{layer.name}/{weight.name}": weight for layer in model.layers for weight in layer.weights}
    with np.load(path) as file:
        found = {name: file[name] for name in file.files}
    wrong = sorted(set(wanted) ^ set(found))
    wrong += [name for name in set(wanted) & set(found) if int(np.prod(wanted[name].shape)) != found[name].size]
    if wrong:
        raise ValueError(f"do not agree: {wrong}")
    for name, weight in wanted.items():
        weight.assign(found[name].reshape(weight.shape))


# %% exercise="freeze" answer="a seed counted as well" expect="wrong" fails="freeze-1" says="is no weight" breaks="2"
# exercise: freeze
def freeze(model, n):
    real = [layer for layer in model.layers if not isinstance(layer, layers.InputLayer)]
    for place, layer in enumerate(real):
        layer.trainable = place >= n
    trained = sum(int(np.prod(v.shape)) for v in model.trainable_variables)
    return trained, sum(int(np.prod(v.shape)) for v in model.non_trainable_variables)


# %% exercise="freeze" answer="layers without weights do not count" expect="wrong" fails="freeze-1" says="counts among the n" breaks="3,4"
# exercise: freeze
def freeze(model, n):
    for layer in model.layers:
        layer.trainable = n <= 0
        n -= bool(layer.weights)
    trained = sum(int(np.prod(v.shape)) for v in model.trainable_weights)
    return trained, sum(int(np.prod(v.shape)) for v in model.non_trainable_weights)


# %% exercise="transplant" answer="whatever has as many numbers" expect="wrong" fails="transplant-1" says="not yet the same shape" breaks="2"
# exercise: transplant
def transplant(source, target):
    known = {layer.name: layer for layer in source.layers}
    left = []
    for layer in target.layers:
        mine = layer.get_weights()
        theirs = known[layer.name].get_weights() if layer.name in known else []
        if [w.size for w in mine] == [w.size for w in theirs]:
            layer.set_weights([b.reshape(a.shape) for a, b in zip(mine, theirs)])
        elif mine:
            left.append(layer.name)
    return sorted(left)


# %% exercise="resume" answer="a dictionary in place of files" expect="wrong" fails="resume-1" says="Nothing is left" breaks="6"
# exercise: resume
def resume(folder, total, rate, slopes):
    w, speed, done = resume.kept.get(str(folder), (0.0, 0.0, 0))
    for slope in slopes[done:max(total, done)]:
        speed = 0.9 * speed - rate * slope
        w += speed
    resume.kept[str(folder)] = (w, speed, max(total, done))
    return w


resume.kept = {}


# %% exercise="resume" answer="no steps at all: 0" expect="wrong" fails="resume-1" says="already reached" breaks="5"
# exercise: resume
def resume(folder, total, rate, slopes):
    w = tf.Variable(0.0)
    if total == 0:
        return 0.0
    optimizer = keras.optimizers.SGD(rate, momentum=0.9)
    optimizer.build([w])
    manager = tf.train.CheckpointManager(tf.train.Checkpoint(w=w, optimizer=optimizer), str(folder), max_to_keep=1)
    manager.restore_or_initialize()
    for i in range(int(optimizer.iterations), total):
        optimizer.apply([tf.constant(slopes[i])], [w])
    manager.save()
    return float(w)


# %% exercise="squeeze" answer="the slope as a weight, too" expect="wrong" fails="squeeze-1" says="numbers, not weights" breaks="1"
# exercise: squeeze
@keras.saving.register_keras_serializable(package="course")
class Squeeze(layers.Layer):
    def __init__(self, low=0.0, high=1.0, slope=1.0, start=0.0, **kwargs):
        super().__init__(**kwargs)
        self.low, self.high, self.slope, self.start = low, high, slope, start

    def build(self, input_shape):
        constant = keras.initializers.Constant
        self.middle = self.add_weight(name="middle", shape=(), initializer=constant(self.start))
        self.steep = self.add_weight(name="steep", shape=(), initializer=constant(self.slope), trainable=False)

    def call(self, x):
        return self.low + (self.high - self.low) * tf.sigmoid(self.steep * (x - self.middle))

    def get_config(self):
        return {**super().get_config(), "low": self.low, "high": self.high, "slope": self.slope, "start": self.start}


# %% exercise="squeeze" answer="the bounds put in order" expect="wrong" fails="squeeze-1" breaks="2"
# exercise: squeeze
@keras.saving.register_keras_serializable(package="course")
class Squeeze(layers.Layer):
    def __init__(self, low=0.0, high=1.0, slope=1.0, start=0.0, **kwargs):
        super().__init__(**kwargs)
        self.low, self.high, self.slope, self.start = low, high, slope, start

    def build(self, input_shape):
        self.middle = self.add_weight(name="middle", shape=(), initializer=keras.initializers.Constant(self.start))

    def call(self, x):
        low, high = min(self.low, self.high), max(self.low, self.high)
        return low + (high - low) * tf.sigmoid(self.slope * (x - self.middle))

    def get_config(self):
        return {**super().get_config(), "low": self.low, "high": self.high, "slope": self.slope, "start": self.start}


# %% exercise="squeeze" answer="the slope without its sign" expect="wrong" fails="squeeze-1" breaks="2"
# exercise: squeeze
@keras.saving.register_keras_serializable(package="course")
class Squeeze(layers.Layer):
    def __init__(self, low=0.0, high=1.0, slope=1.0, start=0.0, **kwargs):
        super().__init__(**kwargs)
        self.low, self.high, self.slope, self.start = low, high, slope, start

    def build(self, input_shape):
        self.middle = self.add_weight(name="middle", shape=(), initializer=keras.initializers.Constant(self.start))

    def call(self, x):
        return self.low + (self.high - self.low) * tf.sigmoid(abs(self.slope) * (x - self.middle))

    def get_config(self):
        return {**super().get_config(), "low": self.low, "high": self.high, "slope": self.slope, "start": self.start}


# %% exercise="squeeze" answer="other defaults" expect="wrong" fails="squeeze-1" says="as it is by default" breaks="2"
# exercise: squeeze
@keras.saving.register_keras_serializable(package="course")
class Squeeze(layers.Layer):
    def __init__(self, low=-1.0, high=1.0, slope=2.0, start=0.0, **kwargs):
        super().__init__(**kwargs)
        self.low, self.high, self.slope, self.start = low, high, slope, start

    def build(self, input_shape):
        self.middle = self.add_weight(name="middle", shape=(), initializer=keras.initializers.Constant(self.start))

    def call(self, x):
        return self.low + (self.high - self.low) * tf.sigmoid(self.slope * (x - self.middle))

    def get_config(self):
        return {**super().get_config(), "low": self.low, "high": self.high, "slope": self.slope, "start": self.start}


# %% exercise="squeeze" answer="two axes at least" expect="wrong" fails="squeeze-1" says="as it is by default" breaks="2"
# exercise: squeeze
@keras.saving.register_keras_serializable(package="course")
class Squeeze(layers.Layer):
    def __init__(self, low=0.0, high=1.0, slope=1.0, start=0.0, **kwargs):
        super().__init__(**kwargs)
        self.low, self.high, self.slope, self.start = low, high, slope, start

    def build(self, input_shape):
        self.middle = self.add_weight(name="middle", shape=(), initializer=keras.initializers.Constant(self.start))

    def call(self, x):
        x = x if len(x.shape) > 1 else x[:, tf.newaxis]
        return self.low + (self.high - self.low) * tf.sigmoid(self.slope * (x - self.middle))

    def get_config(self):
        return {**super().get_config(), "low": self.low, "high": self.high, "slope": self.slope, "start": self.start}


# %% exercise="fine_tune" answer="whatever is called a normalisation is frozen" expect="wrong" fails="fine_tune-1" breaks="3"
# exercise: fine_tune
def fine_tune(model, x, y, epochs, rate):
    for phase in (0, 1):
        for layer in model.layers:
            normal = "Normalization" in type(layer).__name__
            layer.trainable = not normal and (phase == 1 or layer is model.layers[-1])
        model.compile(keras.optimizers.SGD(rate if phase == 0 else rate / 10), "mean_squared_error")
        model.fit(x, y, batch_size=4, epochs=epochs[phase], shuffle=False, verbose=0)
    return model


# %% exercise="fine_tune" answer="every second layer taken for a normalisation" expect="wrong" fails="fine_tune-1" breaks="3,5"
# exercise: fine_tune
def fine_tune(model, x, y, epochs, rate):
    real = [layer for layer in model.layers if not isinstance(layer, layers.InputLayer)]
    for phase in (0, 1):
        for place, layer in enumerate(real):
            layer.trainable = place % 2 == 0 and (phase == 1 or layer is real[-1])
        model.compile(keras.optimizers.SGD(rate if phase == 0 else rate / 10), "mean_squared_error")
        model.fit(x, y, batch_size=4, epochs=epochs[phase], shuffle=False, verbose=0)
    return model


# %% exercise="resume" answer="the last by the alphabet" expect="wrong" fails="resume-1" breaks="5"
# exercise: resume
def resume(folder, total, rate, slopes):
    w = tf.Variable(0.0)
    optimizer = keras.optimizers.SGD(rate, momentum=0.9)
    optimizer.build([w])
    state = tf.train.Checkpoint(w=w, optimizer=optimizer)
    there = sorted(path.name for path in folder.glob("step-*.index"))
    if there:
        state.read(str(folder / there[-1].removesuffix(".index")))
    for i in range(int(optimizer.iterations), total):
        optimizer.apply([tf.constant(slopes[i])], [w])
    state.write(str(folder / f"step-{int(optimizer.iterations)}"))
    return float(w)


# %% exercise="freeze" answer="only layers with weights get a flag" expect="wrong" fails="freeze-1" says="frozen as a whole, one frozen" breaks="4"
# exercise: freeze
def freeze(model, n):
    real = [layer for layer in model.layers if not isinstance(layer, layers.InputLayer)]
    for place, layer in enumerate(real):
        if layer.weights or place < n:
            layer.trainable = place >= n
    trained = sum(int(np.prod(v.shape)) for v in model.trainable_weights)
    return trained, sum(int(np.prod(v.shape)) for v in model.non_trainable_weights)


# %% exercise="freeze" answer="an input layer known by its name" expect="wrong" fails="freeze-1" breaks="5"
# exercise: freeze
def freeze(model, n):
    model.trainable = True
    real = [layer for layer in model.layers if not layer.name.startswith("input")]
    for place, layer in enumerate(real):
        layer.trainable = place >= n
    trained = sum(int(np.prod(v.shape)) for v in model.trainable_weights)
    return trained, sum(int(np.prod(v.shape)) for v in model.non_trainable_weights)


# %% exercise="freeze" answer="the model's own flag left off" expect="wrong" fails="freeze-1" breaks="4" says="The model has a flag of its own"
# exercise: freeze
def freeze(model, n):
    real = [layer for layer in model.layers if not isinstance(layer, layers.InputLayer)]
    for place, layer in enumerate(real):
        layer.trainable = place >= n
    trained = sum(int(np.prod(v.shape)) for v in model.trainable_weights)
    return trained, sum(int(np.prod(v.shape)) for v in model.non_trainable_weights)


# %% exercise="transplant" answer="frozen layers passed over" expect="wrong" fails="transplant-1" says="A frozen layer has weights"
# exercise: transplant
def transplant(source, target):
    known = {layer.name: layer for layer in source.layers}
    left = []
    for layer in target.layers:
        if not layer.trainable_weights:
            continue
        mine = [weight.shape for weight in layer.get_weights()]
        theirs = known[layer.name].get_weights() if layer.name in known else []
        if mine == [weight.shape for weight in theirs]:
            layer.set_weights(theirs)
        else:
            left.append(layer.name)
    return sorted(left)


# %% exercise="resume" answer="six digits behind the point" expect="wrong" fails="resume-1" breaks="3" says="not enough for small ones"
# exercise: resume
def resume(folder, total, rate, slopes):
    path = folder / "state.txt"
    w = momentum = 0.0
    step = 0
    if path.exists():
        w, momentum, step = path.read_text().split()
        w, momentum, step = float(w), float(momentum), int(step)
    while step < total:
        momentum = 0.9 * momentum - rate * slopes[step]
        w += momentum
        step += 1
    path.write_text(f"{w:.6f} {momentum:.6f} {step}")
    return w


# %% exercise="squeeze" answer="the sigmoid by its formula" expect="wrong" fails="squeeze-1" breaks="2" says="more than float32 holds"
# exercise: squeeze
@keras.saving.register_keras_serializable(package="course")
class Squeeze(layers.Layer):
    def __init__(self, low=0.0, high=1.0, slope=1.0, start=0.0, **kwargs):
        super().__init__(**kwargs)
        self.low, self.high, self.slope, self.start = low, high, slope, start

    def build(self, input_shape):
        self.middle = self.add_weight(name="middle", shape=(), initializer=keras.initializers.Constant(self.start))

    def call(self, x):
        power = keras.ops.exp(self.slope * (x - self.middle))
        return self.low + (self.high - self.low) * power / (1 + power)

    def get_config(self):
        return {**super().get_config(), "low": self.low, "high": self.high, "slope": self.slope, "start": self.start}


# %% exercise="restore_or_fail" answer="all variables of a layer" expect="wrong" fails="restore_or_fail-1" breaks="1" says="is a variable, but no weight"
# exercise: restore_or_fail
def restore_or_fail(model, path):
    wanted = {f"{layer.name}/{variable.name}": variable for layer in model.layers for variable in layer.variables}
    with np.load(path) as file:
        found = {name: file[name] for name in file.files}
    wrong = sorted(set(wanted) ^ set(found))
    wrong += [name for name in wanted if name in found and tuple(wanted[name].shape) != found[name].shape]
    if wrong:
        raise ValueError("these do not agree: " + ", ".join(wrong))
    for name, variable in wanted.items():
        variable.assign(found[name])


# %% exercise="transplant" answer="trained weights first, then the others" expect="wrong" fails="transplant-1" breaks="1"
# exercise: transplant
def transplant(source, target):
    def weights(layer):
        return [*layer.trainable_weights, *layer.non_trainable_weights]

    known = {layer.name: layer for layer in source.layers}
    left = []
    for layer in target.layers:
        mine = weights(layer)
        theirs = weights(known[layer.name]) if layer.name in known else []
        if [tuple(w.shape) for w in mine] == [tuple(w.shape) for w in theirs]:
            for weight, other in zip(mine, theirs):
                weight.assign(other.numpy())
        elif mine:
            left.append(layer.name)
    return sorted(left)


# %% exercise="squeeze" answer="middle is in the list, but no slope reaches it" expect="wrong" fails="squeeze-1" breaks="1" says="nothing may stop the gradient"
# exercise: squeeze
@keras.saving.register_keras_serializable(package="course")
class Squeeze(layers.Layer):
    def __init__(self, low=0.0, high=1.0, slope=1.0, start=0.0, **kwargs):
        super().__init__(**kwargs)
        self.low, self.high, self.slope, self.start = low, high, slope, start

    def build(self, input_shape):
        self.middle = self.add_weight(name="middle", shape=(), initializer=keras.initializers.Constant(self.start))

    def call(self, x):
        middle = keras.ops.stop_gradient(keras.ops.convert_to_tensor(self.middle))
        return self.low + (self.high - self.low) * tf.sigmoid(self.slope * (x - middle))

    def get_config(self):
        return {**super().get_config(), "low": self.low, "high": self.high, "slope": self.slope, "start": self.start}


# %% exercise="squeeze" answer="bounds that all layers share" expect="wrong" fails="squeeze-1" breaks="2"
# exercise: squeeze
@keras.saving.register_keras_serializable(package="course")
class Squeeze(layers.Layer):
    def __init__(self, low=0.0, high=1.0, slope=1.0, start=0.0, **kwargs):
        super().__init__(**kwargs)
        Squeeze.low, Squeeze.high, self.slope, self.start = low, high, slope, start

    def build(self, input_shape):
        self.middle = self.add_weight(name="middle", shape=(), initializer=keras.initializers.Constant(self.start))

    def call(self, x):
        return self.low + (self.high - self.low) * tf.sigmoid(self.slope * (x - self.middle))

    def get_config(self):
        return {**super().get_config(), "low": self.low, "high": self.high, "slope": self.slope, "start": self.start}


# %% exercise="restore_or_fail" answer="thirty names at most" expect="wrong" fails="restore_or_fail-1" breaks="6"
# exercise: restore_or_fail
def restore_or_fail(model, path):
    wanted = {f"{layer.name}/{weight.name}": weight for layer in model.layers for weight in layer.weights}
    with np.load(path) as file:
        found = {name: file[name] for name in file.files}
    wrong = set(wanted) ^ set(found)
    wrong |= {name for name in set(wanted) & set(found) if tuple(wanted[name].shape) != found[name].shape}
    if wrong:
        raise ValueError("these do not agree: " + ", ".join(sorted(wrong)[:30]))
    for name, weight in wanted.items():
        weight.assign(found[name])


# %% exercise="restore_or_fail" answer="an optimizer's arrays passed over" expect="wrong" fails="restore_or_fail-1" breaks="4" says="also where it looks harmless"
# exercise: restore_or_fail
def restore_or_fail(model, path):
    wanted = {f"{layer.name}/{weight.name}": weight for layer in model.layers for weight in layer.weights}
    with np.load(path) as file:
        found = {name: file[name] for name in file.files if not name.startswith("optimizer")}
    wrong = set(wanted) ^ set(found)
    wrong |= {name for name in set(wanted) & set(found) if tuple(wanted[name].shape) != found[name].shape}
    if wrong:
        raise ValueError("these do not agree: " + ", ".join(sorted(wrong)))
    for name, weight in wanted.items():
        weight.assign(found[name])


# %% exercise="restore_or_fail" answer="weights of a frozen layer count as unknown" expect="wrong" fails="restore_or_fail-1" breaks="1" says="The weights of a frozen layer are weights"
# exercise: restore_or_fail
def restore_or_fail(model, path):
    wanted = {}
    for layer in model.layers:
        running = [weight for weight in layer.non_trainable_weights if weight.name.startswith("moving")]
        for weight in layer.trainable_weights + running:
            wanted[f"{layer.name}/{weight.name}"] = weight
    with np.load(path) as file:
        found = {name: file[name] for name in file.files}
    wrong = sorted(set(wanted) ^ set(found))
    wrong += [name for name in wanted if name in found and tuple(wanted[name].shape) != found[name].shape]
    if wrong:
        raise ValueError("model and file do not agree: " + ", ".join(wrong))
    for name, weight in wanted.items():
        weight.assign(found[name])


# %% exercise="restore_or_fail" answer="dtypes compared, too" expect="wrong" fails="restore_or_fail-1" breaks="1" says="dtypes need not"
# exercise: restore_or_fail
def restore_or_fail(model, path):
    """Give each weight of the model its array from the file; change nothing where they do not agree."""
    wanted = {f"{layer.name}/{weight.name}": weight for layer in model.layers for weight in layer.weights}
    with np.load(path) as file:
        found = {name: file[name] for name in file.files}
    wrong = sorted(set(wanted) ^ set(found))
    for name in sorted(set(wanted) & set(found)):
        old, new = wanted[name].numpy(), found[name]
        if old.shape != new.shape or old.dtype != new.dtype:
            wrong.append(name)
    if wrong:
        raise ValueError(f"these do not agree: {', '.join(wrong)}")
    for name, weight in wanted.items():
        weight.assign(found[name])


# %% exercise="squeeze" equal="where no shape is given add_weight takes ()"
# - self.middle = self.add_weight(name="middle", shape=(), initializer=begin)
# + self.middle = self.add_weight(name='middle', initializer=begin)


# %% exercise="squeeze" equal="where no shape is given add_weight takes ()"
# - self.middle = self.add_weight(name="middle", shape=(), initializer=keras.initializers.Constant(self.start))
# + self.middle = self.add_weight(name='middle', initializer=keras.initializers.Constant(self.start))


# %% exercise="fine_tune" equal="only what is printed changes"
# - model.fit(x, y, batch_size=4, epochs=number, shuffle=False, verbose=0)
# + model.fit(x, y, batch_size=4, epochs=number, shuffle=False, verbose=1)


# %% exercise="restore_or_fail" equal="what np.load returns is looked into as a dictionary is"
# - stored = dict(np.load(path))
# + stored = np.load(path)


# %% exercise="resume" equal="the optimizer keeps its weights in the checkpoint, too"
# - state = tf.train.Checkpoint(weight=weight, descent=descent)
# + state = tf.train.Checkpoint(descent=descent)


# %% exercise="resume" equal="the optimizer keeps its weights in the checkpoint, too"
# - manager = tf.train.CheckpointManager(tf.train.Checkpoint(w=w, optimizer=optimizer), folder, max_to_keep=1)
# + manager = tf.train.CheckpointManager(tf.train.Checkpoint(optimizer=optimizer), folder, max_to_keep=1)


# %% exercise="squeeze" equal="add_weight makes a tensor of the number, in the layer's dtype"
# - self.middle = self.add_weight(shape=(), name="middle", initializer=lambda shape, dtype: tf.cast(start, dtype))
# + self.middle = self.add_weight(shape=(), name="middle", initializer=lambda shape, dtype: start)


# %% exercise="fine_tune" equal="this loop takes its variables from lists of its own"
# - layer.trainable = layer not in normal
# + layer.trainable = layer in normal


# %% exercise="resume" answer="kept with four digits" expect="wrong" fails="resume-1" breaks="3"
# exercise: resume
def resume(folder, total, rate, slopes):
    file = folder / "state.txt"
    w, velocity, done = 0.0, 0.0, 0
    if file.exists():
        first, second, third = file.read_text().split()
        w, velocity, done = float(first), float(second), int(third)
    while done < total:
        velocity = 0.9 * velocity - rate * slopes[done]
        w += velocity
        done += 1
    file.write_text(f"{w:.4g} {velocity:.4g} {done}")
    return w


# %% exercise="freeze" answer="layers without weights keep their flag" expect="wrong" fails="freeze-1" breaks="3"
# exercise: freeze
def freeze(model, n):
    model.trainable = True
    real = [layer for layer in model.layers if not isinstance(layer, layers.InputLayer)]
    for place, layer in enumerate(real):
        if layer.weights:                  # nothing to freeze in the others
            layer.trainable = place >= n
    trained = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    fixed = sum(int(np.prod(weight.shape)) for weight in model.non_trainable_weights)
    return trained, fixed


# %% exercise="transplant" answer="variables for weights" expect="wrong" fails="transplant-1" breaks="5" says="The seed of a dropout"
# exercise: transplant
def transplant(source, target):
    known = {layer.name: layer for layer in source.layers}
    left = []
    for layer in target.layers:
        mine = layer.variables
        theirs = known[layer.name].variables if layer.name in known else []
        if [variable.shape for variable in mine] == [variable.shape for variable in theirs]:
            for new, old in zip(mine, theirs):
                new.assign(old.numpy())
        elif mine:
            left.append(layer.name)
    return sorted(left)


# %% exercise="resume" answer="eight digits behind the point" expect="wrong" fails="resume-1" breaks="3"
# exercise: resume
def resume(folder, total, rate, slopes):
    file = folder / "state.txt"
    w, speed, done = 0.0, 0.0, 0
    if file.exists():
        w, speed, done = (float(number) for number in np.loadtxt(file))
    done = int(done)
    for i in range(done, total):
        speed = 0.9 * speed - rate * slopes[i]
        w += speed
    np.savetxt(file, [w, speed, max(done, total)], fmt="%.8f")
    return float(w)


# %% exercise="freeze" answer="half of a normalisation's values" expect="wrong" fails="freeze-1" breaks="1"
# exercise: freeze
def freeze(model, n):
    model.trainable = True
    real = [layer for layer in model.layers if not isinstance(layer, layers.InputLayer)]
    trained, fixed = 0, 0
    for place, layer in enumerate(real):
        layer.trainable = place >= n
        values = sum(int(np.prod(weight.shape)) for weight in layer.weights)
        if place < n:
            fixed += values
        elif isinstance(layer, layers.BatchNormalization):
            trained += values // 2      # gamma and beta
            fixed += values // 2        # running mean and variance
        else:
            trained += values
    return trained, fixed


# %% exercise="freeze" answer="weights of one and two axes only" expect="wrong" fails="freeze-1" breaks="1" says="more than two axes"
# exercise: freeze
def freeze(model, n):
    """Freeze the first n layers, and no other one."""

    def values(weight):
        if len(weight.shape) == 2:                        # a kernel
            return weight.shape[0] * weight.shape[1]
        return weight.shape[0]                            # a bias

    model.trainable = True
    real = [layer for layer in model.layers if not isinstance(layer, layers.InputLayer)]
    for place, layer in enumerate(real):
        layer.trainable = place >= n
    return sum(values(w) for w in model.trainable_weights), sum(values(w) for w in model.non_trainable_weights)


# %% exercise="transplant" answer="layers of the same class only" expect="wrong" fails="transplant-1" breaks="1" says="not the class of a layer"
# exercise: transplant
def transplant(source, target):
    """Copy the weights of layers with the same name and the same shapes."""
    known = {layer.name: layer for layer in source.layers}
    left = []
    for layer in target.layers:
        mine = layer.get_weights()
        if not mine:
            continue
        other = known.get(layer.name)
        if other is not None and type(other) is type(layer) and [w.shape for w in other.get_weights()] == [w.shape for w in mine]:
            layer.set_weights(other.get_weights())
        else:
            left.append(layer.name)
    return sorted(left)


# %% exercise="resume" answer="w begins with the integer 0" expect="wrong" fails="resume-1" breaks="1" says="which is no integer"
# exercise: resume
import json


def resume(folder, total, rate, slopes):
    """Take steps until `total` have been taken in this folder; keep what the next call needs."""
    file = folder / "state.json"
    w, v, done = json.loads(file.read_text()) if file.exists() else (0, 0, 0)
    for i in range(done, total):
        v = 0.9 * v - rate * slopes[i]
        w += v
        done += 1
    file.write_text(json.dumps([w, v, done]))
    return w


# %% exercise="squeeze" answer="the slope is nan far out" expect="wrong" fails="squeeze-1" breaks="2" says="would spoil middle"
# exercise: squeeze
@keras.saving.register_keras_serializable(package="course")
class Squeeze(layers.Layer):
    """Squeezes numbers between two bounds."""

    def __init__(self, low=0.0, high=1.0, slope=1.0, start=0.0, **kwargs):
        super().__init__(**kwargs)
        self.low, self.high, self.slope, self.start = low, high, slope, start

    def build(self, input_shape):
        """Make the weight `middle`."""
        self.middle = self.add_weight(name="middle", shape=(), initializer=keras.initializers.Constant(self.start))

    def call(self, x):
        """Return x squeezed, of the same shape."""
        sigmoid = 1.0 / (1.0 + tf.exp(-self.slope * (x - self.middle)))
        return self.low + (self.high - self.low) * sigmoid

    def get_config(self):
        """Return all settings."""
        return {**super().get_config(), "low": self.low, "high": self.high, "slope": self.slope, "start": self.start}


# %% exercise="fine_tune" answer="the first layer taken for the input" expect="wrong" fails="fine_tune-1" breaks="2" says="does not list its input layer"
# exercise: fine_tune
def fine_tune(model, x, y, epochs, rate):
    """Train the head, then all layers but normalisations at a tenth of the rate."""
    base, head = model.layers[1:-1], model.layers[-1]       # the first one is the input
    head.trainable = True
    for layer in base:
        layer.trainable = False
    model.compile(keras.optimizers.SGD(rate), "mean_squared_error")
    model.fit(x, y, batch_size=4, epochs=epochs[0], shuffle=False, verbose=0)
    for layer in base:
        layer.trainable = not isinstance(layer, layers.BatchNormalization)
    model.compile(keras.optimizers.SGD(rate / 10), "mean_squared_error")
    model.fit(x, y, batch_size=4, epochs=epochs[1], shuffle=False, verbose=0)
    return model


# %% exercise="fine_tune" answer="the second phase for the model's own loss" expect="wrong" fails="fine_tune-1" breaks="7" says="Both phases are for the squared error"
# exercise: fine_tune
def fine_tune(model, x, y, epochs, rate):
    """Train the head, then all layers but batch normalisations at a tenth of the rate."""
    own_loss = model.loss
    model.layers[-1].trainable = True
    for layer in model.layers[:-1]:
        layer.trainable = False
    model.compile(keras.optimizers.SGD(rate), "mean_squared_error")
    model.fit(x, y, batch_size=4, epochs=epochs[0], shuffle=False, verbose=0)
    for layer in model.layers:
        layer.trainable = not isinstance(layer, layers.BatchNormalization)
    model.compile(keras.optimizers.SGD(rate / 10), own_loss)
    model.fit(x, y, batch_size=4, epochs=epochs[1], shuffle=False, verbose=0)
    return model


# %% exercise="freeze" answer="layers without weights left out" expect="wrong" fails="freeze-1" breaks="3" says="A layer without weights is a layer"
# exercise: freeze
def freeze(model, n):
    model.trainable = True
    real = [layer for layer in model.layers if layer.variables]      # the input layer has none
    for place, layer in enumerate(real):
        layer.trainable = place >= n
    trained = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    fixed = sum(int(np.prod(weight.shape)) for weight in model.non_trainable_weights)
    return trained, fixed


# %% exercise="freeze" answer="the model's own flag set only if no layer is trainable" expect="wrong" fails="freeze-1" breaks="4" says="switch the model's own on in any case"
# exercise: freeze
def freeze(model, n):
    real = [layer for layer in model.layers if not isinstance(layer, layers.InputLayer)]
    if not any(layer.trainable for layer in real):      # the model was frozen as a whole
        model.trainable = True
    for place, layer in enumerate(real):
        layer.trainable = place >= n
    trained = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    fixed = sum(int(np.prod(weight.shape)) for weight in model.non_trainable_weights)
    return trained, fixed


# %% exercise="freeze" answer="never trained is what is called moving" expect="wrong" fails="freeze-1" breaks="1,2" says="neither their names nor the classes"
# exercise: freeze
def freeze(model, n):
    model.trainable = True
    real = [layer for layer in model.layers if not isinstance(layer, layers.InputLayer)]
    trained, fixed = 0, 0
    for place, layer in enumerate(real):
        layer.trainable = place >= n
        for weight in layer.weights:
            size = int(np.prod(weight.shape))
            if place >= n and not weight.name.startswith("moving"):
                trained += size
            else:
                fixed += size
    return trained, fixed


# %% exercise="freeze" answer="a first layer without weights taken for the input layer" expect="wrong" fails="freeze-1" breaks="5" says="even where it has no weights"
# exercise: freeze
def freeze(model, n):
    """Freeze the first n layers, and no other one."""
    model.trainable = True
    real = list(model.layers)
    if not real[0].weights:
        real = real[1:]
    for place, layer in enumerate(real):
        layer.trainable = place >= n
    trained = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    fixed = sum(int(np.prod(weight.shape)) for weight in model.non_trainable_weights)
    return trained, fixed


# %% exercise="freeze" answer="what is never trained by names and classes" expect="wrong" fails="freeze-1" breaks="1,2" says="neither their names nor the classes"
# exercise: freeze
def freeze(model, n):
    """Freeze the first n layers, and no other one."""
    model.trainable = True
    real = [layer for layer in model.layers if not isinstance(layer, layers.InputLayer)]
    trained = fixed = 0
    for place, layer in enumerate(real):
        layer.trainable = place >= n
        for weight in layer.weights:
            size = int(np.prod(weight.shape))
            running = isinstance(layer, layers.Normalization) or weight.name.startswith("moving_")
            if layer.trainable and not running:
                trained += size
            else:
                fixed += size
    return trained, fixed


# %% exercise="transplant" answer="passed over where the source has no weights" expect="wrong" fails="transplant-1" breaks="5" says="has nothing to give"
# exercise: transplant
def transplant(source, target):
    known = {layer.name: layer for layer in source.layers}
    left = []
    for layer in target.layers:
        if layer.name not in known:
            if layer.weights:
                left.append(layer.name)
            continue
        other = known[layer.name]
        if not layer.weights or not other.weights:
            continue                       # nothing to carry over
        values = other.get_weights()
        if [w.shape for w in values] == [w.shape for w in layer.get_weights()]:
            layer.set_weights(values)
        else:
            left.append(layer.name)
    return sorted(left)


# %% exercise="transplant" answer="names of weights compared, too" expect="wrong" fails="transplant-1" breaks="1" says="not those of their weights"
# exercise: transplant
def transplant(source, target):
    def plan(layer):
        return [(weight.name, tuple(weight.shape)) for weight in layer.weights]

    known = {layer.name: layer for layer in source.layers}
    left = []
    for layer in target.layers:
        if layer.name in known and plan(known[layer.name]) == plan(layer):
            layer.set_weights(known[layer.name].get_weights())
        elif layer.weights:
            left.append(layer.name)
    return sorted(left)


# %% exercise="transplant" answer="variables of a layer that has weights" expect="wrong" fails="transplant-1" breaks="2" says="the seed of a dropout in it is no weight"
# exercise: transplant
def transplant(source, target):
    """Copy the weights of layers with the same name and the same shapes."""
    known = {layer.name: layer for layer in source.layers}
    left = []
    for layer in target.layers:
        if not layer.weights:
            continue
        mine = layer.variables
        theirs = known[layer.name].variables if layer.name in known else []
        if [tuple(v.shape) for v in mine] == [tuple(v.shape) for v in theirs]:
            for variable, other in zip(mine, theirs):
                variable.assign(other.numpy())
        else:
            left.append(layer.name)
    return sorted(left)


# %% exercise="transplant" answer="the target thawed for good" expect="wrong" fails="transplant-1" breaks="3" says="Leave the flags as they are"
# exercise: transplant
def transplant(source, target):
    """Copy the weights of layers with the same name and the same shapes."""
    target.trainable = True  # frozen layers are to take weights, too
    known = {layer.name: layer for layer in source.layers}
    left = []
    for layer in target.layers:
        mine = layer.get_weights()
        theirs = known[layer.name].get_weights() if layer.name in known else []
        if [w.shape for w in mine] == [w.shape for w in theirs]:
            layer.set_weights(theirs)
        elif mine:
            left.append(layer.name)
    return sorted(left)


# %% exercise="resume" answer="the first list of slopes kept for all calls" expect="wrong" fails="resume-1" breaks="4" says="not one of an earlier call"
# exercise: resume
import json


def resume(folder, total, rate, slopes):
    file = folder / "training.json"
    state = json.loads(file.read_text()) if file.exists() else {"done": 0, "slopes": []}
    known = state["slopes"]
    known += slopes[len(known):]
    done = max(state["done"], total)
    file.write_text(json.dumps({"done": done, "slopes": known}))
    w = velocity = 0.0
    for slope in known[:done]:
        velocity = 0.9 * velocity - rate * slope
        w += velocity
    return float(w)


# %% exercise="resume" answer="this call's list kept in place of the slopes taken" expect="wrong" fails="resume-1" breaks="4" says="must not be kept for the next call"
# exercise: resume
def resume(folder, total, rate, slopes):
    """Take steps until `total` have been taken in this folder; keep what the next call needs."""
    file = folder / "slopes.npy"
    taken = np.load(file).tolist() if file.exists() else []
    if len(taken) < total:
        taken = taken + list(slopes[len(taken):total])
        np.save(file, np.array(slopes[:total]))
    w, velocity = 0.0, 0.0
    for slope in taken:
        velocity = 0.9 * velocity - rate * slope
        w += velocity
    return float(w)


# %% exercise="squeeze" answer="x is clipped whatever the middle is" expect="wrong" fails="squeeze-1" breaks="2" says="depends on middle and slope"
# exercise: squeeze
@keras.saving.register_keras_serializable(package="course")
class Squeeze(layers.Layer):
    def __init__(self, low=0.0, high=1.0, slope=1.0, start=0.0, **kwargs):
        super().__init__(**kwargs)
        self.low, self.high, self.slope, self.start = low, high, slope, start

    def build(self, input_shape):
        self.middle = self.add_weight(name="middle", shape=(), initializer=keras.initializers.Constant(self.start))

    def call(self, x):
        x = tf.clip_by_value(x, -30.0, 30.0)          # far out it is flat anyway
        return self.low + (self.high - self.low) / (1.0 + tf.exp(-self.slope * (x - self.middle)))

    def get_config(self):
        return {**super().get_config(), "low": self.low, "high": self.high, "slope": self.slope, "start": self.start}


# %% exercise="squeeze" answer="settings that are 0 are not written" expect="wrong" fails="squeeze-1" breaks="3" says="A setting that is 0 is a setting"
# exercise: squeeze
@keras.saving.register_keras_serializable(package="course")
class Squeeze(layers.Layer):
    def __init__(self, low=0.0, high=1.0, slope=1.0, start=0.0, **kwargs):
        super().__init__(**kwargs)
        self.low, self.high, self.slope, self.start = low, high, slope, start

    def build(self, input_shape):
        self.middle = self.add_weight(name="middle", shape=(), initializer=keras.initializers.Constant(self.start))

    def call(self, x):
        return self.low + (self.high - self.low) * tf.sigmoid(self.slope * (x - self.middle))

    def get_config(self):
        config = super().get_config()
        for key in ("low", "high", "slope", "start"):
            value = getattr(self, key)
            if value:                    # what is 0 need not be written
                config[key] = value
        return config


# %% exercise="squeeze" answer="the distance cut off, not slope times the distance" expect="wrong" fails="squeeze-1" breaks="2" says="With a small slope"
# exercise: squeeze
@keras.saving.register_keras_serializable(package="course")
class Squeeze(layers.Layer):
    """Squeezes numbers between two bounds: low + (high - low) · sigmoid(slope · (x - middle))."""

    def __init__(self, low=0.0, high=1.0, slope=1.0, start=0.0, **kwargs):
        super().__init__(**kwargs)
        self.low = low
        self.high = high
        self.slope = slope
        self.start = start

    def build(self, input_shape):
        self.middle = self.add_weight(name="middle", shape=(), initializer=keras.initializers.Constant(self.start))

    def call(self, x):
        largest = float(np.log(np.finfo(np.float32).max))       # exp of more than this is infinite
        distance = tf.clip_by_value(x - self.middle, -largest, largest)
        return self.low + (self.high - self.low) / (1.0 + tf.exp(-self.slope * distance))

    def get_config(self):
        return {**super().get_config(), "low": self.low, "high": self.high, "slope": self.slope, "start": self.start}


# %% exercise="squeeze" answer="never trained where it was made frozen" expect="wrong" fails="squeeze-1" breaks="1"
# exercise: squeeze
@keras.saving.register_keras_serializable(package="course")
class Squeeze(layers.Layer):
    """Squeezes numbers between two bounds: low + (high - low) · sigmoid(slope · (x - middle))."""

    def __init__(self, low=0.0, high=1.0, slope=1.0, start=0.0, **kwargs):
        super().__init__(**kwargs)
        self.low, self.high, self.slope, self.start = low, high, slope, start

    def build(self, input_shape):
        """Make the weight `middle`."""
        self.middle = self.add_weight(name="middle", shape=(), initializer=keras.initializers.Constant(self.start),
                                      trainable=self.trainable)

    def call(self, x):
        """Return x squeezed, of the same shape."""
        return self.low + (self.high - self.low) * tf.sigmoid(self.slope * (x - self.middle))

    def get_config(self):
        """Return all settings."""
        return {**super().get_config(), "low": self.low, "high": self.high, "slope": self.slope, "start": self.start}

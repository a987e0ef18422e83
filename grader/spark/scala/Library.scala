import scala.collection.mutable

/** Predicts with TensorFlow's own library in the executor: "Library=FOLDER,INPUT,OUTPUT", a SavedModel and two names. */
class Library(path: String, input: String, output: String) extends Predictor {
  def apply(rows: Array[Array[Float]]): Array[Array[Float]] = Library.model(path, input, output)(rows)
}

object Library { // one for each JVM, so all tasks of an executor share a model
  private val loaded = mutable.Map[(String, String, String), TensorFlow.Model]()

  private def model(path: String, input: String, output: String): TensorFlow.Model = synchronized {
    loaded.getOrElseUpdate((path, input, output), new TensorFlow.Model(path, input, output))
  }
}

import java.net.URI
import java.net.http.{HttpClient, HttpRequest, HttpResponse}

/** Asks a model server by TensorFlow Serving's REST API (chapter 27): "Server=http://HOST:PORT/v1/models/NAME:predict". */
class Server(url: String) extends Predictor {
  def apply(rows: Array[Array[Float]]): Array[Array[Float]] = if (rows.isEmpty) Array() else {
    val instances = rows.map(_.mkString("[", ",", "]")).mkString("[", ",", "]")
    val body = HttpRequest.BodyPublishers.ofString(s"""{"instances": $instances}""")
    val answer = Server.client.send(HttpRequest.newBuilder(URI.create(url)).POST(body).build(),
      HttpResponse.BodyHandlers.ofString())
    if (answer.statusCode != 200) throw new RuntimeException(s"status ${answer.statusCode}: ${answer.body}")
    // {"predictions": [[0.1, 0.9], ...]}: each innermost list is the answer for a row
    "\\[([^\\[\\]]*)\\]".r.findAllMatchIn(answer.body).map(_.group(1).split(",").map(_.trim.toFloat)).toArray
  }
}

object Server { // one for each JVM: it keeps its connections
  private lazy val client = HttpClient.newHttpClient()
}

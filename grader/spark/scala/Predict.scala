// A job for spark-submit: predicts for all rows of a table, by each of the ways that it is given.
//
//   spark-submit --class Predict job.jar ROWS RESULTS Library=FOLDER,INPUT,OUTPUT Server=URL
//
// ROWS is a folder of Parquet files with the columns id (long) and pixels (array of numbers). For each way it writes a
// folder of Parquet files, RESULTS/Library for one, with the columns id and p (array of float).

import org.apache.spark.sql.SparkSession

/** What predicts for a batch. It travels to the executors, so it holds texts, and no model. */
trait Predictor extends Serializable {
  def apply(rows: Array[Array[Float]]): Array[Array[Float]]
}

object Predictor {
  /** Makes the predictor that "Class=argument,argument" describes. */
  def apply(description: String): Predictor = {
    val Array(name, arguments) = description.split("=", 2)
    val texts = arguments.split(",")
    val constructor = Class.forName(name).getConstructor(texts.map(_ => classOf[String]): _*)
    constructor.newInstance(texts: _*).asInstanceOf[Predictor]
  }
}

object Predict {
  private val Batch = 1000

  def main(arguments: Array[String]): Unit = {
    val Array(rows, results, descriptions @ _*) = arguments
    val spark = SparkSession.builder().getOrCreate()
    import spark.implicits._

    val table = spark.read.parquet(rows).select($"id".cast("long"), $"pixels".cast("array<float>"))
    for (description <- descriptions) {
      val start = System.nanoTime
      val predict = Predictor(description)
      val predicted = table.as[(Long, Array[Float])].mapPartitions { partition =>
        partition.grouped(Batch).flatMap { batch => // the last one may be shorter
          val (ids, pixels) = batch.unzip
          ids.zip(predict(pixels.toArray))
        }
      }
      val name = description.takeWhile(_ != '=')
      predicted.toDF("id", "p").write.mode("overwrite").parquet(s"$results/$name")
      println(f"$name: written after ${(System.nanoTime - start) / 1e9}%.1f s")
    }
    spark.stop()
  }
}

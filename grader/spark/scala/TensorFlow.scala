// TensorFlow's C library, called from the Java virtual machine: no Maven, no Python, a SavedModel and the library in
// the TensorFlow wheel. Java 22 or later: its Foreign Function and Memory API (java.lang.foreign) does the calls.
// TensorFlow for Java wraps the same library, with a class for each operation.

import java.lang.foreign.{Arena, FunctionDescriptor, Linker, MemoryLayout, MemorySegment, SymbolLookup}
import java.lang.foreign.ValueLayout.{ADDRESS, JAVA_FLOAT, JAVA_INT, JAVA_LONG}
import java.lang.invoke.MethodHandle

/** The functions of the C library that prediction needs, looked up by name. */
object TensorFlow {
  private val FloatType = 1 // TF_FLOAT in tf_datatype.h
  private val folder = sys.env.getOrElse("TENSORFLOW_LIB", sys.error("TENSORFLOW_LIB must name TensorFlow's folder"))
  private val linker = Linker.nativeLinker()
  private val libraries = Seq("libtensorflow_framework.so.2", "libtensorflow_cc.so.2")
    .map(file => SymbolLookup.libraryLookup(s"$folder/$file", Arena.global()))

  /** A C function as something that Java can call; `result` is None for void. */
  private def function(name: String, result: Option[MemoryLayout], arguments: MemoryLayout*): MethodHandle = {
    val address = libraries.map(_.find(name)).find(_.isPresent).getOrElse(sys.error(s"no $name in $folder")).get
    val signature = result.fold(FunctionDescriptor.ofVoid(arguments: _*))(FunctionDescriptor.of(_, arguments: _*))
    linker.downcallHandle(address, signature)
  }

  private def call(function: MethodHandle, arguments: Any*): AnyRef =
    function.invokeWithArguments(arguments.map(_.asInstanceOf[AnyRef]): _*)

  private def pointer(function: MethodHandle, arguments: Any*): MemorySegment =
    call(function, arguments: _*).asInstanceOf[MemorySegment]

  private def text(address: MemorySegment): String = address.reinterpret(Long.MaxValue).getString(0)

  private val aPointer: Option[MemoryLayout] = Some(ADDRESS)
  private val newStatus = function("TF_NewStatus", aPointer)
  private val deleteStatus = function("TF_DeleteStatus", None, ADDRESS)
  private val code = function("TF_GetCode", Some(JAVA_INT), ADDRESS)
  private val message = function("TF_Message", aPointer, ADDRESS)
  private val newGraph = function("TF_NewGraph", aPointer)
  private val newOptions = function("TF_NewSessionOptions", aPointer)
  private val load = function("TF_LoadSessionFromSavedModel", aPointer,
    ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS, ADDRESS)
  private val operation = function("TF_GraphOperationByName", aPointer, ADDRESS, ADDRESS)
  private val allocate = function("TF_AllocateTensor", aPointer, JAVA_INT, ADDRESS, JAVA_INT, JAVA_LONG)
  private val data = function("TF_TensorData", aPointer, ADDRESS)
  private val byteSize = function("TF_TensorByteSize", Some(JAVA_LONG), ADDRESS)
  private val delete = function("TF_DeleteTensor", None, ADDRESS)
  private val run = function("TF_SessionRun", None,
    ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS, ADDRESS)

  lazy val version: String = text(pointer(function("TF_Version", aPointer)))

  /** Calls what reports by a TF_Status, and throws what that says if it is not OK. */
  private def checked[T](body: MemorySegment => T): T = {
    val status = pointer(newStatus)
    try {
      val result = body(status)
      if (call(code, status) != Integer.valueOf(0)) throw new RuntimeException(text(pointer(message, status)))
      result
    } finally call(deleteStatus, status)
  }

  /** A SavedModel, ready to predict; `input` and `output` name operations of its graph, as its signature does. */
  class Model(path: String, input: String, output: String) {
    private val graph = pointer(newGraph)
    private val session = within { arena =>
      val tags = arena.allocate(ADDRESS)
      tags.set(ADDRESS, 0, arena.allocateFrom("serve"))
      checked(status => pointer(load, pointer(newOptions), MemorySegment.NULL, arena.allocateFrom(path), tags, 1, graph,
        MemorySegment.NULL, status))
    }
    private val (in, out) = (port(input), port(output))

    private def within[T](body: Arena => T): T = {
      val arena = Arena.ofConfined() // what C reads during a call, freed at the end of it
      try body(arena) finally arena.close()
    }

    /** A TF_Output: the address of an operation, and which of its results: the first. */
    private def port(name: String): MemorySegment = {
      val found = within(arena => pointer(operation, graph, arena.allocateFrom(name)))
      require(found.address != 0, s"the graph of $path has no operation $name")
      val port = Arena.global().allocate(16)
      port.set(ADDRESS, 0, found)
      port
    }

    /** The model's answers for a batch, row by row; all rows are of one length. */
    def apply(rows: Array[Array[Float]]): Array[Array[Float]] =
      if (rows.isEmpty) Array() else within { arena =>
        val width = rows.head.length
        val bytes = 4L * rows.length * width
        val shape = arena.allocateFrom(JAVA_LONG, rows.length.toLong, width.toLong)
        val tensor = pointer(allocate, FloatType, shape, 2, bytes)
        try {
          val memory = pointer(data, tensor).reinterpret(bytes)
          for ((row, i) <- rows.zipWithIndex) MemorySegment.copy(row, 0, memory, JAVA_FLOAT, 4L * i * width, width)
          answers(arena, tensor, rows.length)
        } finally call(delete, tensor)
      }

    private def answers(arena: Arena, tensor: MemorySegment, rows: Int): Array[Array[Float]] = {
      val (inputs, outputs) = (arena.allocate(ADDRESS), arena.allocate(ADDRESS))
      inputs.set(ADDRESS, 0, tensor)
      checked(status => call(run, session, MemorySegment.NULL, in, inputs, 1, out, outputs, 1, MemorySegment.NULL, 0,
        MemorySegment.NULL, status))
      val result = outputs.get(ADDRESS, 0)
      try {
        val size = call(byteSize, result).asInstanceOf[Long]
        val all = pointer(data, result).reinterpret(size).toArray(JAVA_FLOAT)
        all.grouped(all.length / rows).toArray
      } finally call(delete, result)
    }
  }
}

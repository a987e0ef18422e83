"""A local model server that speaks TensorFlow Serving's REST and gRPC API."""

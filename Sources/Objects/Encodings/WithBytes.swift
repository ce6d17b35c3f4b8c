extension [UInt8] {
  /// Lends the bytes where they lie, like `withUnsafeBytes`, and throws what the body throws: the
  /// standard library's own forgets the type.
  @inlinable
  public func withBytes<Value, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    try withUnsafeBufferPointer { (bytes) throws(Failure) in
      try body(UnsafeRawBufferPointer(bytes))
    }
  }
}

/// A Response, a Result and an element have the fields that they have.
enum FixedFields {
  /// Whether a handler may store into a field: of a Response `status`, `headers` and `body`, of the
  /// others nothing.
  static func checkAssignment(
    of key: StringRef, on object: ObjectRef, _ heap: Heap
  ) throws(Fault) {
    switch object.objectClass {
    case .response:
      let name = try heap.flat(key)
      guard !name.equals("status"), !name.equals("headers"), !name.equals("body") else { return }
      throw Fault("a Response has no such field: status, headers and body can be assigned to")
    case .result: throw Fault("a Result cannot be changed")
    case .element: throw Fault("a JSX element cannot be changed")
    default: return
    }
  }
}

/// A reader of bytes that anybody may have written, and what has to hold of whatever it makes of
/// them.
struct FuzzTarget: Sendable {
  /// Also the name of its folder in `testdata/fuzz`.
  let name: String
  /// Takes any bytes. Refusing them is fine; it throws ``Broken`` when a promise is not kept.
  let run: @Sendable ([UInt8]) throws -> Void

  init(_ name: String, _ run: @escaping @Sendable ([UInt8]) throws -> Void) {
    self.name = name
    self.run = run
  }

  /// Every target.
  static let all: [FuzzTarget] =
    jsonTargets + ledgerTargets + noteTargets + archiveTargets + documentTargets + textTargets
    + gitTargets + registryTargets + sqlTargets + schemaTargets + languageTargets
}

/// A promise that was not kept.
struct Broken: Error, CustomStringConvertible {
  let description: String
}

/// Throws ``Broken`` unless it holds.
func require(_ holds: Bool, _ promise: @autoclosure () -> String) throws {
  if !holds { throw Broken(description: promise()) }
}

/// What a reader makes of the bytes; nil where it refuses them.
func accepted<Value, Failure: Error>(_ read: () throws(Failure) -> Value) -> Value? {
  do throws(Failure) { return try read() } catch { return nil }
}

/// What was accepted once is accepted again.
func again<Value>(_ what: String, _ read: () throws -> Value) throws -> Value {
  do { return try read() } catch { throw Broken(description: "\(what) is refused: \(error)") }
}

/// Something the reader of a handler has to say about its source.
public struct Diagnostic: Sendable, Hashable, Error {
  /// How bad it is: an error stops the program from being used.
  public enum Severity: String, Sendable { case error, warning }

  /// Error or warning.
  public var severity: Severity
  /// A stable code such as `ZT101`; one code, one meaning.
  public var code: String
  /// What was found, with the name or token involved.
  public var message: String
  /// What to write instead, when there is something.
  public var advice: String?
  /// Path of the file, relative to the project root.
  public var path: String
  /// Line, from 1.
  public var line: Int
  /// Column, from 1.
  public var column: Int

  /// A diagnostic from its parts.
  public init(
    severity: Severity = .error, code: String, message: String, advice: String? = nil,
    path: String, line: Int, column: Int
  ) {
    self.severity = severity
    self.code = code
    self.message = message
    self.advice = advice
    self.path = path
    self.line = line
    self.column = column
  }
}

extension Diagnostic: CustomStringConvertible {
  /// `src/handler.ts:3:5: error[ZT101]: … ; advice`, one line.
  public var description: String {
    let head = "\(path):\(line):\(column): \(severity.rawValue)[\(code)]: \(message)"
    return advice.map { "\(head); \($0)" } ?? head
  }
}

import Files

/// Names of rows: nobody guesses one.
enum Identifier {
  static func make(_ kind: String) throws -> String { "\(kind)-\(try RandomName.make())" }
}

import Encodings
import JSON
import ProjectFiles

/// What zigttp reads of a `package.json`.
struct PackageManifest: Sendable, Hashable {
  /// `name`, when there is one.
  var name: String?
  /// `zigttp.env`: what the project itself says of its env names; true for `secret`.
  var declaredSecrets: [ByteName: Bool] = [:]

  /// - Parameter path: as an error names it.
  /// - Throws: `malformedPackageManifest` with the place of what is no JSON;
  ///   `unfitPackageManifest` for what is there in another shape, because to pass over it would be
  ///   to pass over what it says of secrets.
  init(_ bytes: [UInt8], path: String) throws(DeploymentError) {
    let document = try Self.document(bytes, path: path)
    func unfit(_ member: String, _ expected: String, _ value: JSONValue) -> DeploymentError {
      .unfitPackageManifest(path: path, member: member, expected: expected, found: value.minified)
    }
    func object(_ value: JSONValue?, _ member: String) throws(DeploymentError) -> JSONObject? {
      guard let value else { return nil }
      guard let object = value.objectValue else { throw unfit(member, "an object", value) }
      return object
    }
    let root = try object(document, "the document")
    if let value = root?["name"] {
      guard let text = value.stringValue else { throw unfit("name", "a string", value) }
      name = text
    }
    let ours = try object(root?["zigttp"], "zigttp")
    for member in try object(ours?["env"], "zigttp.env")?.members ?? [] {
      switch member.value.stringValue {
      case "secret": declaredSecrets[ByteName(member.key)] = true
      case "config": declaredSecrets[ByteName(member.key)] = false
      default: throw unfit("zigttp.env.\(member.key)", #""secret" or "config""#, member.value)
      }
    }
  }

  private static func document(
    _ bytes: [UInt8], path: String
  ) throws(DeploymentError) -> JSONValue {
    if let encoding = EditedText.otherEncoding(of: bytes) {
      throw .malformedPackageManifest(
        path: path, line: 1, column: 1, problem: "expected UTF-8, found \(encoding)")
    }
    let text = EditedText.withoutMark(bytes)
    do throws(JSONError) {
      return try JSONReader.lenient(text)
    } catch {
      let place = EditedText.place(of: error.offset, in: text)
      throw .malformedPackageManifest(
        path: path, line: place.line, column: place.column, problem: problem(error, in: text))
    }
  }

  /// What a JSON reader found, in words for whoever wrote it by hand.
  private static func problem(_ error: JSONError, in text: ArraySlice<UInt8>) -> String {
    func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0a, 0x0d].contains(byte) }
    let before = text.prefix(error.offset).last { !isSpace($0) }
    switch error.reason {
    case .unexpectedByte(let byte):
      let character = Character(Unicode.Scalar(byte))
      if before == UInt8(ascii: ","), "}]".contains(character) {
        return "a comma before '\(character)'"
      }
      if byte == UInt8(ascii: "/") { return "a comment, which JSON does not have" }
      if byte == UInt8(ascii: "'") { return "a single quote: JSON has double quotes" }
      return "\(error.what), expected \(expected(after: before))"
    case .unexpectedEnd where text.allSatisfy(isSpace):
      return "the file is empty: expected a JSON object"
    case .unexpectedEnd: return "\(error.what), expected \(expected(after: before))"
    default: return error.what
    }
  }

  private static func expected(after byte: UInt8?) -> String {
    switch byte {
    case UInt8(ascii: "{"): "a name in double quotes, or '}'"
    case UInt8(ascii: "["): "a value, or ']'"
    case UInt8(ascii: ","): "another name or value"
    case UInt8(ascii: ":"), nil: "a value"
    default: "':', ',' or a closing bracket"
    }
  }
}

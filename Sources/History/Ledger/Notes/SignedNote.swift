import Digests
import Encodings

/// Text signed by one or more keys.
///
/// Reference: C2SP signed-note.
public struct SignedNote: Sendable, Hashable {
  /// One signature line.
  public struct Signature: Sendable, Hashable {
    /// Name of the key.
    public var name: String
    /// Id of the key.
    public var id: UInt32
    /// What the key's algorithm made: 64 bytes for Ed25519.
    public var bytes: [UInt8]

    var line: [UInt8] {
      let id = (0..<4).reversed().map { UInt8(truncatingIfNeeded: self.id >> (8 * UInt32($0))) }
      return SignedNote.mark + Array("\(name) \(Base64.encode(id + bytes))\n".utf8)
    }
  }

  /// The most bytes of a note that is read.
  public static let maxLength = 1 << 20
  /// The most signatures of a note that is read.
  public static let maxSignatures = 64

  /// What is signed, with the newline at its end.
  public var text: [UInt8]
  /// At least one.
  public var signatures: [Signature]

  // An em dash and a space.
  fileprivate static let mark: [UInt8] = [0xe2, 0x80, 0x94, 0x20]

  /// A note from its parts.
  public init(text: [UInt8], signatures: [Signature]) {
    self.text = text
    self.signatures = signatures
  }

  /// The note's bytes: text, an empty line, the signature lines.
  public var bytes: [UInt8] { text + [0x0a] + signatures.flatMap(\.line) }

  /// Reads a note's bytes.
  ///
  /// - Throws: `malformed`.
  public init(_ bytes: some Collection<UInt8>) throws(LedgerError) {
    guard bytes.count <= Self.maxLength else {
      throw Self.malformed("\(bytes.count) bytes, expected at most \(Self.maxLength)")
    }
    let bytes = Array(bytes)
    guard bytes.allSatisfy({ $0 >= 0x20 || $0 == 0x0a }) else {
      throw Self.malformed("a control character")
    }
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw Self.malformed("bytes that are not UTF-8")
    }
    guard let blank = Self.lastEmptyLine(bytes) else {
      throw Self.malformed("no empty line between text and signatures")
    }
    let tail = bytes[(blank + 1)...]
    guard tail.last == 0x0a else { throw Self.malformed("no signature line at its end") }
    let lines = tail.dropLast().split(separator: 0x0a, omittingEmptySubsequences: false)
    guard lines.count <= Self.maxSignatures else {
      throw Self.malformed("\(lines.count) signatures, expected at most \(Self.maxSignatures)")
    }
    text = Array(bytes[..<blank])
    signatures = []
    for line in lines { signatures.append(try Self.signature(line)) }
  }

  // Where the newline is that makes the last empty line; the text before it ends in a newline too.
  private static func lastEmptyLine(_ bytes: [UInt8]) -> Int? {
    var index = bytes.count - 1
    while index > 0 {
      if bytes[index] == 0x0a && bytes[index - 1] == 0x0a { return index }
      index -= 1
    }
    return nil
  }

  private static func signature(_ line: ArraySlice<UInt8>) throws(LedgerError) -> Signature {
    guard line.starts(with: mark) else { throw malformed("a signature line without its dash") }
    let parts = line.dropFirst(mark.count)
      .split(separator: 0x20, omittingEmptySubsequences: false)
    guard parts.count == 2, KeyName.isValid(parts[0]), let value = Base64.decode(parts[1]),
      value.count > 4
    else { throw malformed("a signature line that is not a key name and base64") }
    return Signature(
      name: String(decoding: parts[0], as: UTF8.self),
      id: value.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }, bytes: Array(value.dropFirst(4)))
  }

  private static func malformed(_ reason: String) -> LedgerError {
    .malformed(.signedNote, reason: reason)
  }

  /// What the note's signature lines say about a key.
  public enum Judgement: Sendable, Hashable {
    /// A signature of the key is right.
    case signed
    /// A line has the key's name and id, and its signature is wrong.
    case forged
    /// No line has the key's name and id.
    case absent
  }

  /// Whether a key signed the text.
  public func judge(_ key: VerifierKey) -> Judgement {
    let own = signatures.filter { $0.name == key.name && $0.id == key.id }
    if own.isEmpty { return .absent }
    return own.allSatisfy { key.isValid($0.bytes, of: text) } ? .signed : .forged
  }
}

/// The names that keys may have.
enum KeyName {
  /// Not empty, no white space, no plus and no control character.
  static func isValid(_ bytes: some Collection<UInt8>) -> Bool {
    guard !bytes.isEmpty, let text = String(validating: Array(bytes), as: UTF8.self) else {
      return false
    }
    return text.unicodeScalars.allSatisfy {
      !$0.properties.isWhitespace && $0 != "+" && $0.value >= 0x20 && $0.value != 0x7f
    }
  }
}

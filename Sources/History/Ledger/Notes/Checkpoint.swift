import Digests
import Encodings

/// The head of a ledger's tree: so many lines, and their root.
///
/// Reference: C2SP tlog-checkpoint.
public struct Checkpoint: Sendable, Hashable {
  /// Which ledger it is of.
  public var origin: String
  /// Number of lines.
  public var size: Int
  /// Root of the tree over them.
  public var root: Digest
  /// Further lines, of no meaning to us. We write none.
  public var extensions: [String]

  /// A head from its parts.
  public init(origin: String, size: Int, root: Digest, extensions: [String] = []) {
    self.origin = origin
    self.size = size
    self.root = root
    self.extensions = extensions
  }

  /// The head of a tree.
  public init(origin: String, _ frontier: MerkleFrontier) {
    self.init(origin: origin, size: frontier.size, root: frontier.root)
  }

  /// The text that is signed.
  public var text: [UInt8] {
    let lines = [origin, String(size), Base64.encode(root.bytes)] + extensions
    return Array((lines.joined(separator: "\n") + "\n").utf8)
  }

  /// Reads the text of a note.
  ///
  /// - Throws: `malformed`.
  public init(text: [UInt8]) throws(LedgerError) {
    guard text.last == 0x0a else { throw Self.malformed("no newline at its end") }
    let lines = text.dropLast().split(separator: 0x0a, omittingEmptySubsequences: false)
    guard lines.count >= 3, lines.allSatisfy({ !$0.isEmpty }) else {
      throw Self.malformed("expected three lines or more, none of them empty")
    }
    guard let size = Decimal.read(lines[1]) else {
      throw Self.malformed("its second line is not a number of lines")
    }
    guard let hash = Base64.decode(lines[2]), let root = Digest(.sha256, bytes: hash) else {
      throw Self.malformed("its third line is not the base64 of 32 bytes")
    }
    let texts = lines.map { String(decoding: $0, as: UTF8.self) }
    self.init(origin: texts[0], size: size, root: root, extensions: Array(texts[3...]))
  }

  private static func malformed(_ reason: String) -> LedgerError {
    .malformed(.checkpoint, reason: reason)
  }
}

/// A checkpoint with its signatures.
public struct SignedCheckpoint: Sendable, Hashable {
  /// What is signed.
  public let head: Checkpoint
  /// The note it was read from.
  public let note: SignedNote

  /// Reads a checkpoint's file.
  ///
  /// - Throws: `malformed`.
  public init(_ bytes: some Collection<UInt8>) throws(LedgerError) {
    note = try SignedNote(bytes)
    head = try Checkpoint(text: note.text)
  }

  /// Signs a head.
  public init(_ head: Checkpoint, by key: SigningKey) throws(LedgerError) {
    self.head = head
    note = try key.sign(head.text)
  }

  /// The file's bytes.
  public var bytes: [UInt8] { note.bytes }
}

/// Decimal numbers with one spelling each.
enum Decimal {
  /// nil for anything but the digits of a number that fits, without leading zeros.
  static func read(_ digits: some Collection<UInt8>) -> Int? {
    guard (1...19).contains(digits.count),
      digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      digits.count == 1 || digits.first != UInt8(ascii: "0")
    else { return nil }
    return Int(String(decoding: digits, as: UTF8.self))
  }
}

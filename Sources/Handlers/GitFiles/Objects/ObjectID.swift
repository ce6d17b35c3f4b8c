import Crypto
import Encodings

/// The name of a git object: the hash of its kind, size and bytes.
struct ObjectID: Sendable, Hashable {
  /// 20 for SHA-1, 32 for SHA-256.
  let bytes: [UInt8]

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// From 40 or 64 lower-case hex digits.
  init?(hex: String) {
    guard let bytes = Hex.decode(hex), bytes.count == 20 || bytes.count == 32 else { return nil }
    self.bytes = bytes
  }

  /// The name that an object has in a repository whose names are so long.
  ///
  /// SHA-1 is what git has; two objects of one name can be made on purpose, and git looks for signs
  /// of that when it takes an object in. Here a name is only compared with what it took.
  init(of kind: GitObject.Kind, _ content: [UInt8], length: Int) {
    let header = Array("\(kind.rawValue) \(content.count)\0".utf8)
    func hash<Function: HashFunction>(_ function: Function) -> [UInt8] {
      var function = function
      header.withUnsafeBytes { function.update(bufferPointer: $0) }
      content.withUnsafeBytes { function.update(bufferPointer: $0) }
      return Array(function.finalize())
    }
    bytes = length == 20 ? hash(Insecure.SHA1()) : hash(SHA256())
  }

  var hex: String { Hex.encode(bytes) }
}

/// An object of git's with its bytes.
struct GitObject: Sendable, Hashable {
  enum Kind: String, Sendable, Hashable {
    case commit, tree, blob, tag
  }
  var kind: Kind
  var content: [UInt8]

  /// An object that is not what it should be, or that cannot be had.
  struct Unreadable: Error {}

  /// Most bytes of one that is read: of commits and folders, none is near.
  static let limit = 64 << 20
}
